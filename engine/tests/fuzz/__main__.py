"""Fuzz the process that runs the tests, guided by coverage, and keep the inputs that reach more.

`make fuzz` does so for ten minutes. Inputs that reach code which no other does are added to
``corpus.jsonl``; what was found is written to ``build/fuzz/findings`` and belongs into a test.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

CORPUS = Path(__file__).with_name("corpus.jsonl")
_ROOT = Path(__file__).resolve().parents[3]
_MAX_BYTES = 32 * 1024


def main() -> int:
    """Entry point: the number of findings, at most 1."""
    parser = argparse.ArgumentParser(prog="python -m engine.tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--folder", type=Path, default=_ROOT / "build" / "fuzz")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options, more = parser.parse_known_args()
    if options.child:
        return _fuzz(more)
    inputs, kept, findings = (options.folder / name for name in ("inputs", "kept", "findings"))
    shutil.rmtree(options.folder, ignore_errors=True)
    for folder in (inputs, kept, findings):
        folder.mkdir(parents=True)
    _lay_out(inputs)
    limits = [f"-max_len={_MAX_BYTES}", "-timeout=10", "-rss_limit_mb=2048"]
    seconds = f"-max_total_time={round(60 * options.minutes)}"
    ended = _run(*limits, seconds, f"-artifact_prefix={findings}/", str(inputs))
    merged = _run(*limits, "-set_cover_merge=1", str(kept), str(inputs)) if ended == 0 else ended
    if merged == 0:
        lines = sorted(path.read_text() for path in kept.iterdir())
        CORPUS.write_text("".join(f"{line}\n" for line in lines))
        print(f"{len(lines)} inputs kept in {CORPUS.relative_to(_ROOT)}")
    for path in sorted(findings.iterdir()):
        print(f"found: {path}")
    return int(bool(ended or merged))


def kept_inputs() -> list[bytes]:
    """The inputs of the corpus."""
    return CORPUS.read_bytes().splitlines() if CORPUS.exists() else []


def _lay_out(folder: Path) -> None:
    from engine.tests.fuzz.seeds import seeds

    for place, data in enumerate([*kept_inputs(), *seeds()]):
        (folder / f"{place:04}").write_bytes(data)


def _run(*arguments: str) -> int:
    # libFuzzer ends the process that it runs in.
    command = [sys.executable, "-m", "engine.tests.fuzz", "--child", *arguments]
    return subprocess.run(command, cwd=_ROOT, env={**os.environ, "PYTHONHASHSEED": "0"}).returncode


def _fuzz(arguments: list[str]) -> int:
    import atheris

    with atheris.instrument_imports(include=["proctor.remote"]):
        from engine.tests.fuzz.mutator import mutate
        from engine.tests.fuzz.target import run
    # To merge, libFuzzer runs this again by a shell.
    command = f"{sys.executable} -m engine.tests.fuzz --child"
    atheris.Setup([command, *arguments], run, custom_mutator=mutate)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
