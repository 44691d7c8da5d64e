"""The training loop: reads batches, writes log lines and checkpoints, resumes where it stopped."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np

from util.labels import LABELS

from .batches import Batch, grey_statistics, label_shares, random_batch
from .cache import Shard, open_shards
from .schedule import Stage, position, total_steps
from .trainer import Trainer
from .validation import validate

LOG_SECONDS = 30


def open_trainer(training: Sequence[Shard], checkpoint: Path, precision: str, seed: int) -> Trainer:
    """Create a trainer, with the state of the checkpoint if there is one."""
    trainer = Trainer(precision, seed, grey_statistics(training), label_shares(training[:1]))
    if checkpoint.is_file():
        trainer.restore(checkpoint)
    return trainer


def train(
    *,
    training: Path,
    validation: Path,
    checkpoint: Path,
    stages: tuple[Stage, ...],
    precision: str,
    seed: int,
    checkpoint_seconds: float,
) -> None:
    """Train through all stages, from the last checkpoint on if there is one.

    A batch depends only on `seed` and on the number of its step (and on which shards are drawn),
    so an interrupted training continues as if it had not been interrupted.

    Args:
        training: Cache of radiographs to train on; shards that appear later are used, too.
        validation: Cache of radiographs to validate on.
        checkpoint: File with the training state.
        stages: The whole schedule, including completed stages.
        precision: Keras dtype policy of the arithmetic.
        seed: Seed of the initial kernels and of every batch.
        checkpoint_seconds: Time between checkpoints, each with a validation.

    Raises:
        FileNotFoundError: If nothing is drawn yet.
    """
    for folder in (training, validation):
        if not open_shards(folder):
            raise FileNotFoundError(
                f"No radiographs in {folder}: run python -m datagen.training draw first, with "
                "the same --work."
            )
    cv2.setNumThreads(1)  # leave the cores to the network
    trainer = open_trainer(open_shards(training), checkpoint, precision, seed)
    end = total_steps(stages)
    print(f"step {trainer.steps} of {end}: {' '.join(map(str, stages))}", flush=True)
    log = _Log(checkpoint_seconds)
    watched = open_shards(validation)
    for batch in _prefetched(training, stages, trainer.steps, seed):
        now = position(stages, trainer.steps)
        losses = trainer.step(batch, now.learning_rate, now.stage.location)
        log.add(trainer.steps, now.number, now.learning_rate, len(batch.labels), losses)
        done = trainer.steps == end
        stage_over = done or position(stages, trainer.steps).number != now.number
        if stage_over or log.checkpoint_is_due():
            trainer.save(checkpoint)
            log.validation(validate(trainer, watched, now.stage.size))


def _prefetched(folder: Path, stages: tuple[Stage, ...], start: int, seed: int) -> Iterator[Batch]:
    """Prepare each batch while the previous step runs, from the shards that exist by then."""

    def make(step: int) -> Batch:
        stage = position(stages, step).stage
        return random_batch(open_shards(folder), stage.size, stage.batch, (seed, step))

    with ThreadPoolExecutor(1) as worker:
        ahead = [worker.submit(make, s) for s in range(start, min(start + 2, total_steps(stages)))]
        for step in range(start, total_steps(stages)):
            if step + 2 < total_steps(stages):
                ahead.append(worker.submit(make, step + 2))
            yield ahead.pop(0).result()


class _Log:
    """Prints a line every `LOG_SECONDS` and tracks when a checkpoint is due."""

    def __init__(self, checkpoint_seconds: float) -> None:
        self._checkpoint_seconds = checkpoint_seconds
        self._begin = self._last_line = self._last_checkpoint = time.monotonic()
        self._images = 0
        self._losses: list[tuple[float, float]] = []

    def add(
        self, step: int, stage: int, rate: float, images: int, losses: tuple[float, float]
    ) -> None:
        """Count a step, and print a line if one is due."""
        self._images += images
        self._losses.append(losses)
        now = time.monotonic()
        if now - self._last_line < LOG_SECONDS:
            return
        weighted, located = np.mean(self._losses, axis=0)
        speed = self._images / (now - self._last_line)
        print(
            f"{now - self._begin:7.0f} s  stage {stage}  step {step}  rate {rate:.1e}  "
            f"{speed:.1f} images/s  loss {weighted:.4f}  location {located:.4f}",
            flush=True,
        )
        self._restart(now)

    def checkpoint_is_due(self) -> bool:
        """Return whether a checkpoint is due."""
        return time.monotonic() - self._last_checkpoint >= self._checkpoint_seconds

    def validation(self, figures: tuple[np.ndarray, float]) -> None:
        """Print a validation and restart the checkpoint timer."""
        areas, peaks = figures
        each = " ".join(f"{name} {a:.3f}" for name, a in zip(LABELS, areas, strict=True))
        now = time.monotonic()
        print(
            f"{now - self._begin:7.0f} s  validation  macro AUC {np.mean(areas):.4f}  "
            f"peaks in cell of finding {peaks:.3f}  {each}",
            flush=True,
        )
        self._last_checkpoint = now
        self._restart(now)

    def _restart(self, now: float) -> None:
        self._last_line = now
        self._images = 0
        self._losses = []
