"""Measure the shipped network on freshly drawn radiographs and write the model card."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from datagen.training.seeds import evaluation_seeds


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 1 if a target is missed."""
    options = _parser().parse_args(arguments)
    seeds = evaluation_seeds(options.seed, options.count)

    from util.images import get_mean_std_per_batch
    from util.loss import LABEL_TABLE, read_label_table
    from util.model import load_C3M3_model

    from .card import render
    from .gradcam import GradCam
    from .measure import measure
    from .sample import draw_sample
    from .targets import misses

    pictures = options.lesson / LABEL_TABLE.parent / "images-small"
    table = read_label_table(options.lesson / LABEL_TABLE)
    figures = measure(
        GradCam(load_C3M3_model(options.lesson)),
        draw_sample(seeds, options.workers),
        get_mean_std_per_batch(pictures, table),
        pictures,
    )
    card = render(figures, options.seed)
    print(card[card.index("## Figures") :])
    if options.write is not None:
        options.write.parent.mkdir(parents=True, exist_ok=True)
        options.write.write_text(card, encoding="utf-8")
        print(f"written: {options.write}")
    return 1 if misses(figures) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m datagen.evaluation",
        description=__doc__,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--seed", type=int, default=777, help="number of the set of radiographs")
    parser.add_argument("--count", type=int, default=1000, help="radiographs in the set")
    parser.add_argument("--workers", type=int, default=2, help="processes that draw")
    parser.add_argument(
        "--lesson", type=Path, default=Path("source/C3M3"), help="folder with data/ and models/"
    )
    parser.add_argument("--write", type=Path, help="model card to write; without, none is")
    return parser


if __name__ == "__main__":
    sys.exit(main())
