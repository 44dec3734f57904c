"""Draws the embedded subset of Fashion-MNIST: 8,000 training and 2,000 test images, as many of each class.

    apt-get install -y dataset-fashion-mnist
    python scripts/make_data_subset.py

The draw is seeded and the gzip headers carry no time, so the same source gives the same pictures in the same order.
"""

import argparse
import gzip
import struct
from pathlib import Path

import numpy as np

DEBIAN = Path("/usr/share/datasets/fashion-mnist")
TARGET = Path(__file__).resolve().parents[1] / "assignments" / "data"
SEED = 1998  # the year of LeNet-5
PER_CLASS = {"train": 800, "t10k": 200}


def read_idx(path: Path) -> np.ndarray:
    """Reads one idx file of unsigned bytes; its header is 0, 0, 8, the number of axes, and the axes."""
    content = gzip.decompress(path.read_bytes())
    axes = content[3]
    shape = struct.unpack_from(f">{axes}I", content, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)


def write_idx(path: Path, array: np.ndarray) -> None:
    """Writes an array of unsigned bytes as an idx file."""
    header = struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    path.write_bytes(gzip.compress(header + array.tobytes(), 9, mtime=0))


def stratified(labels: np.ndarray, per_class: int, rng: np.random.Generator) -> np.ndarray:
    """Gives positions of `per_class` samples of every class, in mixed order."""
    chosen = [rng.choice(np.flatnonzero(labels == label), per_class, replace=False) for label in range(10)]
    return rng.permutation(np.concatenate(chosen))


def draw(source: Path, target: Path) -> None:
    """Draws both parts from `source` into `target`."""
    rng = np.random.default_rng(SEED)
    for part, per_class in PER_CLASS.items():
        images = read_idx(source / f"{part}-images-idx3-ubyte.gz")
        labels = read_idx(source / f"{part}-labels-idx1-ubyte.gz")
        positions = stratified(labels, per_class, rng)
        write_idx(target / f"{part}-images-idx3-ubyte.gz", images[positions])
        write_idx(target / f"{part}-labels-idx1-ubyte.gz", labels[positions])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=Path, default=DEBIAN, help="folder of the four full idx-gz files")
    parser.add_argument("--target", type=Path, default=TARGET, help="folder that receives the subset")
    options = parser.parse_args()
    if not (options.source / "train-images-idx3-ubyte.gz").is_file():
        parser.error(f"no Fashion-MNIST in {options.source}: apt-get install -y dataset-fashion-mnist, or --source")
    options.target.mkdir(parents=True, exist_ok=True)
    draw(options.source, options.target)
    for path in sorted(options.target.glob("*.gz")):
        print(f"{path.name}  {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
