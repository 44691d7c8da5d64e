"""``from util import *``: the lesson's names, and nothing that is slow before it is used."""

import os
import subprocess
import sys

import pytest

import util

SEED_NAMES = {
    "K", "load_C3M3_model", "get_mean_std_per_batch", "load_image_normalize", "load_image",
    "load_C3M3_risk_model", "cindex", "grad_cam_test", "compute_gradcam_test",
    "permute_feature_test", "permutation_importance_test",
}  # fmt: skip


OWN_NAMES = {"load_masks"}
"""For section 1.1.5, which the printed original does not have."""


def test_the_star_brings_the_lessons_names_and_no_others():
    namespace = {}
    exec("from util import *", namespace)  # noqa: S102 - as the notebook says it
    assert namespace.keys() - {"__builtins__"} == SEED_NAMES | OWN_NAMES
    assert all(namespace[name] is not None for name in SEED_NAMES | OWN_NAMES)


def test_every_name_comes_from_the_package():
    for name in util.__all__:
        assert getattr(util, name).__module__.startswith("util."), name


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_name"):
        util.no_such_name  # noqa: B018 - the access is the test


def test_labels_cost_no_tensorflow():
    code = (
        "import sys, util, util.labels; print(sorted({'keras', 'tensorflow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("before", "after"), [(None, "3"), ("0", "0")])
def test_tensorflows_log_is_quiet_unless_asked_for(before, after):
    code = "import os, util; print(os.environ['TF_CPP_MIN_LOG_LEVEL'])"
    environment = {k: v for k, v in os.environ.items() if k != "TF_CPP_MIN_LOG_LEVEL"}
    if before is not None:
        environment["TF_CPP_MIN_LOG_LEVEL"] = before
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == after


def test_the_star_writes_nothing_in_red():
    environment = {k: v for k, v in os.environ.items() if k != "TF_CPP_MIN_LOG_LEVEL"}
    command = [sys.executable, "-c", "from util import *; import keras, tensorflow"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_the_public_package_knows_neither_engine_nor_nbgrader_nor_hidden_tests(root):
    for path in (root / "util").rglob("*.py"):
        if path.is_relative_to(root / "util/hidden_tests"):
            continue
        for line in path.read_text().splitlines():
            words = line.split()
            if words[:1] in (["import"], ["from"]):
                assert words[1].split(".")[0] not in ("proctor", "nbgrader", "datagen"), path
                assert "hidden_tests" not in line, path
