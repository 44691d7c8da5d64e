import errno
import json
import math
import os
import time
import tracemalloc

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from proctor.errors import SubmissionError
from proctor.submission.read import (
    MAX_BYTES_WITHOUT_OUTPUTS,
    MAX_NOTEBOOK_BYTES,
    check_folder,
    check_notebook_file,
    open_plain,
    read_notebook,
    read_plain_file,
)

NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


def test_a_plain_notebook_passes(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(NOTEBOOK)
    check_notebook_file(path)
    check_folder(tmp_path)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("no json", "not JSON"),
        ('{"cells": [', "not JSON"),
        ("[1, 2]", "not a notebook"),
        ('{"worksheets": []}', "not a notebook"),
        ("[" * 100_000, "nested deeper"),
        ('{"cells": [' + "{}," * 6000 + "{}]}", "more than 5,000 cells"),
        ('{"cells": [' + "[]," * 600_000 + "[]]}", "more than 500,000 values"),
        ('{"cells": [], "metadata": {"x": ' + "9" * 5000 + "}}", "number of 5,000"),
        ('{"cells": [7], "nbformat": 4}', "not a notebook"),
    ],
)
def test_other_content_is_named(tmp_path, text, found):
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    with pytest.raises(SubmissionError, match=found) as caught:
        check_notebook_file(path)
    assert caught.value.where == str(path)


def test_bytes_that_are_no_text_are_named(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_bytes(b"{\xff\xfe\x00")
    with pytest.raises(SubmissionError, match="not UTF-8"):
        check_notebook_file(path)


def test_folders_links_pipes_and_nothing_are_named(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "real").write_text(NOTEBOOK)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    os.mkfifo(tmp_path / "pipe")
    for name, found in [
        ("folder", "a folder"),
        ("link", "a symbolic link"),
        ("pipe", "a special file"),
        ("absent", "No such file"),
    ]:
        with pytest.raises(SubmissionError, match=found):
            check_notebook_file(tmp_path / name)


def test_a_submission_must_not_reach_out_of_its_folder(tmp_path):
    inside = tmp_path / "submission" / "deep"
    inside.mkdir(parents=True)
    check_folder(tmp_path / "submission")
    (inside / "grades").symlink_to("/etc/passwd")
    with pytest.raises(SubmissionError, match="symbolic link"):
        check_folder(tmp_path / "submission")
    (tmp_path / "alias").symlink_to(inside)
    with pytest.raises(SubmissionError, match="a symbolic link"):
        check_folder(tmp_path / "alias")


def honest():
    nb = new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    picture = {"image/png": "iVBORw0KGgo=" * 100, "text/plain": "<Figure>"}
    nb.cells = [
        new_markdown_cell("# Title\n$x$", metadata={"slideshow": {"slide_type": "slide"}}),
        new_code_cell(
            "print('outputs')\n1",
            execution_count=3,
            metadata={"nbgrader": {"grade_id": "a"}, "tags": ["x"]},
            outputs=[
                new_output("stream", name="stdout", text="[],{}\n"),
                new_output("display_data", data=picture),
                new_output("execute_result", data={"text/plain": '"outputs": []'}),
            ],
        ),
    ]
    nb.cells[0]["attachments"] = {"a.png": {"image/png": "iVBORw0KGgo="}}
    return nb


@pytest.mark.parametrize("indent", [None, 1, 4])
def test_an_honest_notebook_is_read_as_nbformat_reads_it_without_outputs(indent):
    text = json.dumps(json.loads(nbformat.writes(honest())), indent=indent)
    wanted = nbformat.reads(text, as_version=4)
    wanted.cells[1].outputs = []
    assert read_notebook(text.encode(), where="n") == wanted


def test_fifty_megabytes_of_outputs_are_no_reason_to_refuse_a_notebook():
    nb = honest()
    plot = {"data": [{"x": list(range(1_000_000))}], "layout": {"title": {"text": "]}]}"}}}
    kind = "application/vnd.plotly.v1+json"
    nb.cells[1].outputs += [
        new_output("display_data", data={kind: plot}),
        new_output("display_data", data={"image/png": "A" * 36_000_000}),
    ]
    blob = json.dumps(nb, indent=1).encode()
    assert 50_000_000 < len(blob) < MAX_NOTEBOOK_BYTES
    started = time.process_time()
    assert [cell.source for cell in read_notebook(blob, where="n").cells] == [
        cell.source for cell in nb.cells
    ]
    assert time.process_time() - started < 10


def in_a_cell(text):
    return (
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code", '
        f'"metadata": {{}}, "execution_count": null, "source": "1", "outputs": [{text}]}}]}}'
    ).encode()


SIZE = 20_000_000


@pytest.mark.parametrize(
    "blob",
    [
        in_a_cell("[]," * (SIZE // 3) + "[]"),
        in_a_cell("{}," * (SIZE // 3) + "{}"),
        in_a_cell("[" * SIZE),
        in_a_cell('"' + "[]" * (SIZE // 2) + '"'),
        in_a_cell('"' + '\\"' * (SIZE // 2) + '"'),
        in_a_cell("1").replace(b'"source": "1"', b'"x": [' + b"[]," * (SIZE // 3) + b"[]]"),
        in_a_cell("1").replace(b'"source": "1"', b'"x": ' + b"[" * SIZE),
        in_a_cell("1").replace(b'"source": "1"', b'"outputs": [], ' * (SIZE // 15) + b'"y": 1'),
        in_a_cell("1").replace(b'"source": "1"', b'"outputs"' + b" " * SIZE),
        in_a_cell("1").replace(b'"source": "1"', b'"outputs" ' * (SIZE // 10)),
        b'{"cells": [' + b"{}," * 700_000 + b"{}]}",
        b'"' * SIZE,
        b"\0" * SIZE,
    ],
    ids=range(13),
)
def test_a_bomb_takes_a_second_and_little_memory(blob):
    started = time.process_time()
    tracemalloc.start()
    said = ""
    try:
        read_notebook(blob, where="n")
    except SubmissionError as error:
        said = str(error)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert len(said) < 500
    assert peak < 3 * SIZE
    assert time.process_time() - started < 10


def test_a_notebook_without_its_outputs_is_not_large():
    blob = in_a_cell("1").replace(
        b'"source": "1"', b'"source": "' + b"x" * MAX_BYTES_WITHOUT_OUTPUTS + b'"'
    )
    with pytest.raises(SubmissionError, match="besides its outputs"):
        read_notebook(blob, where="n")


def test_numbers_that_no_float_holds_are_what_json_makes_of_them():
    blob = in_a_cell("").replace(b'"metadata": {}', b'"metadata": {"a": 1e999, "b": -Infinity}', 1)
    assert read_notebook(blob, where="n").metadata == {"a": math.inf, "b": -math.inf}


def test_half_a_character_does_not_stop_a_notebook_from_being_written():
    blob = in_a_cell("").replace(b'"source": "1"', rb'"source": "\ud83d\ude00 \ud83d"')
    nb = read_notebook(blob, where="n")
    assert nb.cells[0].source == "\U0001f600 \ufffd"
    json.dumps(nb, ensure_ascii=False).encode()


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    with (tmp_path / "a.ipynb").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(SubmissionError, match="1,099,511,627,776 bytes"):
        read_plain_file(tmp_path / "a.ipynb")


def test_what_took_the_place_of_a_file_is_not_opened(tmp_path):
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe", "absent"):
        with pytest.raises(OSError, match=rf"{name}") as caught:
            open_plain(tmp_path / name)
        assert caught.value.errno in (errno.ELOOP, errno.EINVAL, errno.ENOENT)


def test_names_of_files_do_not_write_on_the_terminal(tmp_path):
    (tmp_path / "a\n\x1b[31mgraded: 10 of 10\u202e").symlink_to("/")
    with pytest.raises(SubmissionError, match="symbolic link") as caught:
        check_folder(tmp_path)
    assert not set(caught.value.where) & set("\n\x1b\u202e")


def test_a_hard_link_is_a_file(tmp_path):
    """Who may make one could have copied the file: see `Entry.is_plain`."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "work.ipynb").write_text(NOTEBOOK)
    (tmp_path / "b" / "work.ipynb").hardlink_to(tmp_path / "a" / "work.ipynb")
    check_folder(tmp_path / "b")
    check_notebook_file(tmp_path / "b" / "work.ipynb")


@pytest.mark.parametrize("link", ["ben", "ben/a1"])
def test_a_link_to_somebody_elses_work_is_refused(tmp_path, link):
    (tmp_path / "ann" / "a1").mkdir(parents=True)
    (tmp_path / "ann" / "a1" / "n.ipynb").write_text("{}")
    place = tmp_path / link
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(tmp_path / "ann" / "a1" if "/" in link else tmp_path / "ann")
    with pytest.raises(SubmissionError, match="a symbolic link"):
        check_folder(tmp_path / "ben" / "a1")
    check_folder(tmp_path / "ann" / "a1")
