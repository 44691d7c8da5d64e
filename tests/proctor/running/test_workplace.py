from proctor.running.workplace import workplace


def test_a_workplace_is_copies_and_is_gone_afterwards(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_TOKEN", "secret")
    submitted, given = tmp_path / "submitted", tmp_path / "given"
    for folder, names in (
        (submitted, ["util.py", "notes.txt", "data/t.csv"]),
        (given, ["data/t.csv"]),
    ):
        for name in names:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(folder.name)
    (submitted / "work.ipynb").write_text("{}")
    with workplace(submitted, given, leave_out=["util.py"]) as place:
        found = {p.relative_to(place.folder).as_posix() for p in place.folder.rglob("*")}
        assert found == {"notes.txt", "data", "data/t.csv"}
        assert (place.folder / "data" / "t.csv").read_text() == "given"
        (place.folder / "data" / "t.csv").write_text("spoilt")
        assert "COURSE_TOKEN" not in place.environment
        assert place.environment["HOME"] != str(tmp_path)
        folder = place.folder
    assert not folder.exists()
    assert (given / "data" / "t.csv").read_text() == "given"
