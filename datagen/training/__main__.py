"""Command line: ``python -m datagen.training draw | train | export``."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from . import seeds
from .schedule import DEFAULT_STAGES, Stage

TRAINING_FOLDER, VALIDATION_FOLDER = "training", "validation"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    options = _parser().parse_args(arguments)
    return int(options.run(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m datagen.training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--work",
        type=Path,
        default=Path("build/training"),
        help="folder of drawn radiographs and checkpoints, gigabytes (default: %(default)s)",
    )
    draw = commands.add_parser("draw", parents=[shared], help="draw radiographs; resumes")
    draw.add_argument("--count", type=int, default=16_000, help="for training (%(default)s)")
    draw.add_argument("--validation", type=int, default=500, help="to watch on (%(default)s)")
    draw.add_argument("--workers", type=int, default=2, help="processes (%(default)s)")
    draw.set_defaults(run=_draw)
    train = commands.add_parser(
        "train",
        parents=[shared],
        help="train on what is drawn; resumes from the last checkpoint",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    train.add_argument(
        "--stage",
        type=Stage.parse,
        action="append",
        metavar="SIZE:BATCH:IMAGES:RATE:RATE:LOCATION",
        help="edge in pixels, batch, images to see, learning rate at its beginning and end, "
        "weight of the location term; once per stage, in order "
        f"(without: {' '.join(map(str, DEFAULT_STAGES))})",
    )
    train.add_argument("--checkpoint-minutes", type=float, default=5, help="between checkpoints")
    train.add_argument(
        "--precision",
        choices=("mixed_bfloat16", "float32"),
        default="mixed_bfloat16",
        help="of the arithmetic; bfloat16 is faster where the processor has it",
    )
    train.add_argument("--seed", type=int, default=0, help="of the start and of every batch")
    train.set_defaults(run=_train)
    export = commands.add_parser(
        "export", parents=[shared], help="write the last weights in float16"
    )
    export.add_argument("--to", type=Path, required=True, metavar="FILE.npz")
    export.set_defaults(run=_export)
    return parser


def _draw(options: argparse.Namespace) -> int:
    from .cache import SHARD, draw_shards

    begin = time.monotonic()
    for folder, start, count in (
        (VALIDATION_FOLDER, seeds.VALIDATION.start, options.validation),
        (TRAINING_FOLDER, seeds.TRAINING.start, options.count),
    ):
        wanted = range(start, start + count)
        for done, shard in enumerate(draw_shards(options.work / folder, wanted, options.workers)):
            seconds = time.monotonic() - begin
            print(f"{seconds:7.0f} s  {folder} {shard.name}, {(done + 1) * SHARD} new", flush=True)
    return 0


def _train(options: argparse.Namespace) -> int:
    from .loop import train

    train(
        training=options.work / TRAINING_FOLDER,
        validation=options.work / VALIDATION_FOLDER,
        checkpoint=options.work / "checkpoint.npz",
        stages=tuple(options.stage or DEFAULT_STAGES),
        precision=options.precision,
        seed=options.seed,
        checkpoint_seconds=60 * options.checkpoint_minutes,
    )
    return 0


def _export(options: argparse.Namespace) -> int:
    from .export import export

    worst = export(options.work / "checkpoint.npz", options.work / VALIDATION_FOLDER, options.to)
    size = options.to.stat().st_size / 1e6
    print(f"{options.to}: {size:.1f} MB; float16 moves no probability by more than {worst:.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
