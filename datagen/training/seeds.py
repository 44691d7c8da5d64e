"""Disjoint ranges of seeds for training, validation and evaluation.

No radiograph that the network was trained on can occur in an evaluation.
"""

VALIDATION = range(500_000, 600_000)
"""Radiographs for validation during the training."""

TRAINING = range(1_000_000, 100_000_000)
"""Radiographs to train on."""

EVALUATION_START = 200_000_000
EVALUATION_STRIDE = 10_000
EVALUATION_LIMIT = 180_000
"""Number of evaluation sets, whose seeds stay below 2**31."""


def evaluation_seeds(seed: int, count: int) -> range:
    """Return the seeds of an evaluation set, outside all other ranges.

    Args:
        seed: Number of the set, from 0 to `EVALUATION_LIMIT` - 1. Two sets share no radiograph.
        count: Number of radiographs, at most `EVALUATION_STRIDE`.

    Raises:
        ValueError: If `seed` or `count` is out of its range.
    """
    if not 0 <= seed < EVALUATION_LIMIT:
        raise ValueError(f"The set's number lies in 0..{EVALUATION_LIMIT - 1}, got {seed}.")
    if not 0 < count <= EVALUATION_STRIDE:
        raise ValueError(f"A set has 1 to {EVALUATION_STRIDE} radiographs, got {count}.")
    start = EVALUATION_START + seed * EVALUATION_STRIDE
    return range(start, start + count)
