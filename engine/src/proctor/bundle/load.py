"""Open a bundle on a worker: unpack it once, and import the hidden tests from it."""

from __future__ import annotations

import hashlib
import importlib
import io
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from proctor.bundle.manifest import CONTENTS, GIVEN, PACKAGES, Contents
from proctor.contract import Check, load_checks
from proctor.errors import CourseError
from proctor.execution.options import Examine
from proctor.files.atomic import open_tree
from proctor.sandbox.host.options import Sandbox


@dataclass(frozen=True)
class OpenBundle:
    """A bundle that lies unpacked in a folder.

    Attributes:
        folder: The folder, which is named after the bundle's hash.
        contents: What it says.
        exclusive: Whether no other notebook of the grader's runs on the machine at the same time.
    """

    folder: Path
    contents: Contents
    exclusive: bool = False

    @property
    def hash(self) -> str:
        """SHA-256 of the bundle, in hexadecimal."""
        return self.folder.name

    @property
    def given(self) -> Path:
        """The assignment's public files."""
        return self.folder / GIVEN

    @property
    def packages(self) -> Path:
        """Folder with the course's modules."""
        return self.folder / PACKAGES

    @property
    def zygote(self) -> Path:
        """Folder of its zygote, where the grader has started one; see `zygote_client`."""
        return self.folder.parent / "zygote"

    @cached_property
    def examine(self) -> Examine:
        """How its notebooks are run and judged."""
        return Examine(**self.contents.examine)

    @cached_property
    def sandbox(self) -> Sandbox:
        """What they are run in."""
        return Sandbox(**self.contents.sandbox)

    @cached_property
    def checks(self) -> Mapping[str, Check]:
        """The hidden tests.

        Raises:
            CourseError: See `load_checks`.
        """
        _make_importable(self.packages, self.contents.packages)
        return load_checks(self.examine.checks, self.packages)


def open_bundle(blob: bytes, cache: Path, *, exclusive: bool = False) -> OpenBundle:
    """Unpack a bundle, or find it unpacked.

    Args:
        blob: The bundle.
        cache: A folder that only this user may read: the bundle holds the hidden tests.
        exclusive: See `OpenBundle`.

    Raises:
        CourseError: It was made by another version of the engine, or there is no room for it.
    """
    folder = cache / hashlib.sha256(blob).hexdigest()
    try:
        if not folder.is_dir():
            _unpack(blob, folder)
    except OSError as error:
        raise CourseError(
            "A worker unpacks the assignment's bundle into its temporary folder.",
            found=error.strerror or str(error),
            where=str(error.filename or folder),
            remedy=f"make room for {len(blob):,} bytes there, or set TMPDIR to another folder",
        ) from error
    return open_folder(folder, exclusive=exclusive)


def open_folder(folder: Path, *, exclusive: bool = False) -> OpenBundle:
    """Open a bundle that lies unpacked in a folder; see `open_bundle`."""
    try:
        contents = Contents.from_json((folder / CONTENTS).read_text())
    except ValueError as error:
        raise CourseError(
            "A worker and the grader run the same version of the engine.",
            found=str(error),
            where="a bundle that came from the grader",
            remedy="install the same version on the workers",
        ) from error
    return OpenBundle(folder, contents, exclusive)


def _unpack(blob: bytes, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Beside its place and renamed, so that no other process of this machine finds half of it.
    part = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".part-"))
    try:
        with zipfile.ZipFile(io.BytesIO(blob)) as archive:
            archive.extractall(part)
        for name in (GIVEN, PACKAGES):
            (part / name).mkdir(exist_ok=True)
        # Notebooks may run as another user; nobody else comes through the folder above.
        open_tree(part)
        # Where another process was faster, its folder has the same content.
        try:
            part.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _make_importable(packages: Path, names: tuple[str, ...]) -> None:
    """Let this process import the course's modules from here, whatever it imported before.

    A worker of a standing cluster may have graded with another bundle, or have some version of
    the course installed; what is judged with is what came with the bundle.
    """
    if str(packages) in sys.path[:1]:
        return
    for loaded in [*sys.modules]:
        if loaded.split(".")[0] in names:
            del sys.modules[loaded]
    sys.path[:] = [place for place in sys.path if not (Path(place).parent / CONTENTS).is_file()]
    sys.path.insert(0, str(packages))
    importlib.invalidate_caches()
