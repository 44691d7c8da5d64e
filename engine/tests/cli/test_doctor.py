"""``proctor doctor``, as it is called by people and by scripts."""

import json

import pytest

pytestmark = [pytest.mark.sandbox, pytest.mark.programs]


def test_it_says_what_is_there_and_which_sandbox_will_be_used(run, course):
    done = run(course, "doctor")
    assert done.returncode == 0, done.stderr
    for name in ("bubblewrap", "Landlock", "control groups", "sandbox", "memory", "gradebook"):
        assert any(line.startswith(name) for line in done.stdout.splitlines()), name


def test_scripts_get_json_and_a_status(run, tmp_path):
    done = run(tmp_path, "doctor", "--json")
    said = json.loads(done.stdout)
    assert said["fit"] is (done.returncode == 0)
    assert said["sandbox"] in ("namespaces", "confined")
    assert {"name", "value", "level", "remedy"} == set(said["findings"][0])
    assert list(tmp_path.iterdir()) == []


def test_what_is_insisted_on_and_missing_is_a_problem(run, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    done = run(tmp_path, "doctor", "--sandbox", "namespaces")
    assert done.returncode == 2
    assert "no program bwrap" in done.stdout


@pytest.mark.parametrize("kind", ["auto", "bubblewrap"])
def test_the_options_names_are_taken(run, tmp_path, kind):
    assert f"'{kind}'" not in run(tmp_path, "doctor", f"--sandbox={kind}").stderr
