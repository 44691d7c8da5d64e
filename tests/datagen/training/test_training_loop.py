import numpy as np
import pytest
import tensorflow as tf

from datagen.training import loop
from datagen.training.__main__ import main
from datagen.training.export import export, stored_network
from datagen.training.schedule import Stage
from util.model import add_head, build_base
from util.weights import load_weights

STAGES = (Stage(32, 2, 4, 1e-3, 1e-3, 1.0), Stage(64, 2, 2, 1e-3, 1e-4, 0.0))


@pytest.fixture(autouse=True)
def check_few(monkeypatch):
    monkeypatch.setattr("datagen.training.export.CHECKED", 2)


def train(folder, checkpoint, stages=STAGES, checkpoint_seconds=1e9):
    # Without tracing the steps first: a trace costs more than these few steps.
    tf.config.run_functions_eagerly(True)
    try:
        loop.train(
            training=folder,
            validation=folder,
            checkpoint=checkpoint,
            stages=stages,
            precision="float32",
            seed=0,
            checkpoint_seconds=checkpoint_seconds,
        )
    finally:
        tf.config.run_functions_eagerly(False)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory, cache_folder):
    """Return the checkpoint of a whole training."""
    file = tmp_path_factory.mktemp("training") / "checkpoint.npz"
    train(cache_folder, file)
    return file


def read(file):
    with np.load(file, allow_pickle=False) as stored:
        return dict(stored)


@pytest.mark.slow
def test_weights_move(checkpoint):
    arrays = read(checkpoint)
    assert int(arrays["steps"]) == 3
    assert arrays["weight/bn/moving_mean"].any()
    assert any(arrays[name].any() for name in arrays if name.startswith("optimizer/"))
    assert all(np.isfinite(array).all() for array in arrays.values())


@pytest.mark.slow
def test_an_interrupted_training_goes_on_as_if_it_had_not_been(
    checkpoint, tmp_path, cache_folder, monkeypatch, capsys
):
    class KilledError(Exception):
        pass

    def interrupt(*args):
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(loop, "validate", interrupt)
        with pytest.raises(KilledError):
            train(cache_folder, tmp_path / "c.npz", checkpoint_seconds=0)
    assert int(read(tmp_path / "c.npz")["steps"]) == 1
    train(cache_folder, tmp_path / "c.npz")
    out = capsys.readouterr().out
    assert "step 1 of 3: 32:2:4" in out
    assert "macro AUC" in out
    resumed, whole = read(tmp_path / "c.npz"), read(checkpoint)
    assert resumed.keys() == whole.keys()
    for name, array in whole.items():
        np.testing.assert_allclose(resumed[name], array, rtol=1e-3, atol=1e-4, err_msg=name)


@pytest.mark.slow
def test_export_ships_the_last_weights(checkpoint, cache_folder, tmp_path):
    worst = export(checkpoint, cache_folder, tmp_path / "w.npz")
    assert 0 <= worst < 0.01
    assert (tmp_path / "w.npz").stat().st_size < 16_000_000
    shipped, exact = add_head(build_base()), stored_network(checkpoint)
    load_weights(shipped, tmp_path / "w.npz")
    x = np.random.default_rng(0).standard_normal((1, 64, 64, 3)).astype(np.float32)
    np.testing.assert_allclose(shipped(x), exact(x), atol=0.01)
    assert [file.name for file in tmp_path.iterdir()] == ["w.npz"]


@pytest.mark.slow
def test_export_refuses_what_rounding_changes(checkpoint, cache_folder, tmp_path, monkeypatch):
    monkeypatch.setattr("datagen.training.export.MAX_CHANGE", -1.0)
    with pytest.raises(ValueError, match="Float16 moves a probability by"):
        export(checkpoint, cache_folder, tmp_path / "w.npz")
    assert list(tmp_path.iterdir()) == []


def test_commands_say_what_to_run_first(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"datagen\.training draw first"):
        main(["train", "--work", str(tmp_path)])
    with pytest.raises(FileNotFoundError, match=r"draw and train first"):
        main(["export", "--work", str(tmp_path), "--to", str(tmp_path / "w.npz")])


def test_help(capsys):
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    assert "SIZE:BATCH:IMAGES" in capsys.readouterr().out
