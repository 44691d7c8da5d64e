from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from util.errors import LessonDataError
from util.images import SAMPLE_SIZE, get_mean_std_per_batch, load_image, load_image_normalize

REAL = Path(__file__).parents[2].parent / "shared/data/nih_new"


def write(file, array):
    assert cv2.imwrite(str(file), array)
    return file


@pytest.fixture
def grey():
    return np.random.default_rng(0).integers(0, 256, (320, 320), dtype=np.uint8)


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    for number in range(3):
        write(tmp_path / f"{number}.png", rng.integers(0, 256, (40, 50), dtype=np.uint8))
    return tmp_path


def frame(*names):
    return pd.DataFrame({"Image": list(names)})


def test_grey_levels_are_centred_and_scaled(tmp_path, grey):
    x = load_image_normalize(write(tmp_path / "a.png", grey), 100.0, 50.0)
    assert x.shape == (1, 320, 320, 3)
    assert x.dtype == np.float32
    for channel in range(3):
        np.testing.assert_allclose(x[0, ..., channel], (grey - 100.0) / 50.0, rtol=1e-5)


@pytest.mark.parametrize("size", [(1024, 1024), (64, 64), (200, 1000), (321, 320)])
def test_any_size_is_brought_to_the_networks(tmp_path, size):
    ramp = np.broadcast_to(np.linspace(0, 255, size[1]), size).astype(np.uint8)
    x = load_image_normalize(write(tmp_path / "a.png", ramp), 0, 1)[0, ..., 0]
    assert x.shape == (320, 320)
    np.testing.assert_allclose(x.mean(), ramp.mean(), atol=1)
    assert x[160, 300] > x[160, 20]


def test_height_and_width_are_not_swapped(tmp_path, grey):
    file = write(tmp_path / "a.png", grey)
    assert load_image_normalize(file, 0, 1, H=32, W=64).shape == (1, 32, 64, 3)
    assert load_image(file, None, preprocess=False, H=32, W=64).shape == (32, 64, 3)


def as_rgb(grey):
    return np.repeat(grey[..., None], 3, axis=2)


def as_rgba(grey):
    return np.dstack([as_rgb(grey), np.full_like(grey, 255)])


def as_16_bit(grey):
    return grey.astype(np.uint16) * 257


@pytest.mark.parametrize("stored_as", [as_rgb, as_rgba, as_16_bit])
def test_every_kind_of_png_gives_the_same_grey_levels(tmp_path, grey, stored_as):
    file = write(tmp_path / "a.png", stored_as(grey))
    np.testing.assert_allclose(load_image_normalize(file, 0, 1)[0, ..., 0], grey, atol=1e-2)
    shown = load_image(file, None, preprocess=False)
    assert shown.dtype == np.uint8
    np.testing.assert_array_equal(shown, as_rgb(grey))


def test_a_name_beyond_ascii(tmp_path, grey):
    (tmp_path / "röntgen.png").write_bytes(cv2.imencode(".png", grey)[1].tobytes())
    assert load_image_normalize(tmp_path / "röntgen.png", 0, 1).max() == grey.max()


def test_mean_and_std_are_those_of_all_pixels(folder):
    pixels = np.stack(
        [cv2.imread(str(folder / f"{n}.png"), cv2.IMREAD_GRAYSCALE) for n in range(3)]
    )
    # The lesson passes a folder's name that ends with a slash.
    mean, std = get_mean_std_per_batch(f"{folder}/", frame("0.png", "1.png", "2.png"), 40, 50)
    assert mean == pytest.approx(pixels.mean())
    assert std == pytest.approx(pixels.std())


def test_large_tables_are_sampled_and_the_sample_is_the_same_every_time(tmp_path):
    names = []
    for number in range(SAMPLE_SIZE + 30):
        names.append(f"{number}.png")
        write(tmp_path / names[-1], np.full((2, 2), number, dtype=np.uint8))
    first = get_mean_std_per_batch(tmp_path, frame(*names), 2, 2)
    assert first == get_mean_std_per_batch(tmp_path, frame(*names), 2, 2)
    assert first[0] != pytest.approx(np.arange(SAMPLE_SIZE + 30).mean(), abs=1e-6)


def test_rows_without_a_file_are_passed_over(folder):
    table = frame("0.png", "elsewhere.png")
    assert get_mean_std_per_batch(folder, table) == get_mean_std_per_batch(folder, frame("0.png"))


def test_load_image_normalises_by_the_pictures_beside_it(folder):
    table = frame("0.png", "1.png", "2.png")
    mean, std = get_mean_std_per_batch(folder, table)
    np.testing.assert_array_equal(
        load_image(folder / "1.png", table), load_image_normalize(folder / "1.png", mean, std)
    )


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pd.DataFrame({"Picture": ["0.png"]}), "the columns Picture"),
        (pd.DataFrame(), r"the columns \(none\)"),
        (pd.DataFrame({"Image": []}), "0 rows"),
        (pd.DataFrame({"Image": [None, np.nan]}), "2 rows, none with a file name"),
        (frame("7.png", "8.png"), "none of the table's 2 pictures, such as 7.png"),
    ],
)
def test_tables_that_do_not_fit(folder, table, message):
    with pytest.raises(LessonDataError, match=message):
        get_mean_std_per_batch(folder, table)


def test_files_that_are_no_picture(tmp_path, grey):
    with pytest.raises(LessonDataError, match=r"can't be opened.*No such file"):
        load_image_normalize(tmp_path / "missing.png", 0, 1)
    with pytest.raises(LessonDataError, match="can't be opened"):
        load_image_normalize(tmp_path, 0, 1)
    whole = write(tmp_path / "a.png", grey).read_bytes()
    for content in (b"", b"not a picture", whole[: len(whole) // 2], whole[:-12]):
        (tmp_path / "b.png").write_bytes(content)
        with pytest.raises(LessonDataError, match=f"{len(content)} bytes that are not a complete"):
            load_image(tmp_path / "b.png", None, preprocess=False)


def test_blank_training_pictures(folder):
    with pytest.raises(LessonDataError, match="above 0"):
        load_image_normalize(folder / "0.png", 10, 0)


@pytest.mark.skipif(not REAL.is_dir(), reason="the NIH radiographs are not part of the project")
def test_the_courses_own_files():
    table = pd.read_csv(REAL / "train-small.csv")
    mean, std = get_mean_std_per_batch(f"{REAL}/images-small/", table)
    assert 90 < mean < 160
    assert 40 < std < 90
    for file in sorted((REAL / "images-small").iterdir()):
        x = load_image_normalize(file, mean, std)
        assert x.shape == (1, 320, 320, 3)
        assert abs(x.mean()) < 1
