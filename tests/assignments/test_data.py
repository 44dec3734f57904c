"""The data set: the embedded subset, where the loader finds the full one, and the disguise of the grader's pictures."""

import gzip
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from autograder.selfcheck.assignment import load_file

ROOT = Path(__file__).parents[2]
DEBIAN = Path("/usr/share/datasets/fashion-mnist")
data = load_file(ROOT / "assignments" / "data.py", "data")


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch, tmp_path):
    """No full set but the ones that a test lays out; no variable set."""
    monkeypatch.delenv(data.VARIABLE, raising=False)
    monkeypatch.setattr(data, "PLACES", (tmp_path / "debian", tmp_path / "data"))


def lay_out(folder, packed=True):
    """Puts files of the data set into `folder`, here those of the subset."""
    folder.mkdir(parents=True)
    for path in data.SUBSET.glob("*.gz"):
        if packed:
            shutil.copy(path, folder)
        else:
            (folder / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
    return folder


def test_the_subset_has_as_many_of_every_class():
    fashion = data.load()
    assert fashion.name == "subset"
    assert fashion.train_images.shape == (8000, 1, 28, 28) and fashion.test_images.shape == (2000, 1, 28, 28)
    assert fashion.train_labels.bincount().tolist() == [800] * 10
    assert fashion.test_labels.bincount().tolist() == [200] * 10
    assert fashion.train_labels.dtype == torch.int64 and fashion.train_images.dtype == torch.float32
    assert abs(float(fashion.train_images.mean())) < 0.02 and abs(float(fashion.train_images.std()) - 1) < 0.02


def test_the_licence_lies_beside_the_pictures():
    text = (data.SUBSET / "LICENSE").read_text("utf-8")
    assert "MIT License" in text and "Zalando SE" in text


@pytest.mark.skipif(not DEBIAN.is_dir(), reason="needs Debian's dataset-fashion-mnist")
def test_the_script_draws_the_embedded_subset_again(tmp_path):
    script = ROOT / "scripts" / "make_data_subset.py"
    subprocess.run([sys.executable, script, "--target", tmp_path], check=True, capture_output=True)
    for path in sorted(data.SUBSET.glob("*.gz")):
        # Another zlib may pack the same bytes in another way.
        assert gzip.decompress((tmp_path / path.name).read_bytes()) == gzip.decompress(path.read_bytes())


@pytest.mark.parametrize("packed", [True, False])
def test_a_full_set_is_used_where_it_is_found(tmp_path, packed):
    raw = lay_out(tmp_path / "data" / "FashionMNIST" / "raw", packed)
    assert data.find() == data.find("full") == raw
    assert data.find("subset") == data.SUBSET
    debian = lay_out(tmp_path / "debian")
    assert data.find() == debian


def test_argument_before_variable_before_places(tmp_path, monkeypatch):
    debian, mine, other = (lay_out(tmp_path / name) for name in ("debian", "mine", "other"))
    assert data.find() == debian
    monkeypatch.setenv(data.VARIABLE, str(mine))
    assert data.find() == mine
    assert data.find(other) == other
    monkeypatch.setenv(data.VARIABLE, "subset")
    assert data.find() == data.SUBSET


def test_what_is_not_there_is_named_with_the_way_to_get_it(tmp_path):
    for wish in ("full", tmp_path / "nowhere"):
        with pytest.raises(FileNotFoundError, match="apt-get install dataset-fashion-mnist"):
            data.load(wish)


def test_batches_hold_every_sample_once_in_an_order_of_their_own():
    X, y = torch.arange(10.0).reshape(10, 1, 1, 1), torch.arange(10)
    batches = data.Batches(X, y, 4)
    first, second = list(batches), list(batches)
    assert [len(y) for _, y in first] == [4, 4, 2] and len(batches) == 3
    for one_pass in (first, second):
        assert sorted(torch.cat([y for _, y in one_pass]).tolist()) == list(range(10))
        assert all(torch.equal(X.flatten().long(), y) for X, y in one_pass)
    assert [y.tolist() for _, y in first] != [y.tolist() for _, y in second]
    assert [y.tolist() for _, y in data.Batches(X, y, 4)] == [y.tolist() for _, y in first]


def test_the_disguise_moves_whole_blocks_alike_in_all_pictures():
    disguise = data.Disguise(torch.Generator().manual_seed(5))
    blocks = torch.arange(16, dtype=torch.uint8) * 16  # the lowest bit is drawn anew
    picture = blocks.reshape(4, 4).repeat_interleave(7, 0).repeat_interleave(7, 1)
    for hidden in disguise.images(torch.stack([picture, picture])) & 0xFE:
        found = hidden[::7, ::7]
        assert torch.equal(hidden, found.repeat_interleave(7, 0).repeat_interleave(7, 1))
        assert torch.equal(found.flatten(), blocks[disguise.blocks])


def test_the_disguise_keeps_the_inside_of_a_block_and_redraws_one_bit():
    disguise = data.Disguise(torch.Generator().manual_seed(6))
    images = torch.randint(0, 256, (3, 28, 28), dtype=torch.uint8)
    hidden = disguise.images(images)
    place = disguise.blocks.tolist().index(6)  # where block 6, in row 1 and column 2, went
    row, column = 7 * (place // 4), 7 * (place % 4)
    assert torch.equal(hidden[:, row : row + 7, column : column + 7] & 0xFE, images[:, 7:14, 14:21] & 0xFE)
    assert not torch.equal(disguise.images(images), hidden)


def test_the_disguise_renames_labels_without_losing_any():
    disguise = data.Disguise(torch.Generator().manual_seed(7))
    names = disguise.labels(torch.arange(10, dtype=torch.uint8))
    assert sorted(names.tolist()) == list(range(10)) and names.tolist() != list(range(10))
