"""The teaching population: which findings occur, and which occur together."""

import numpy as np

from datagen.radiographs.texture import stream
from util.labels import LABELS

POPULATION = 4
"""Stream number."""

NORMAL_SHARE = 0.25
COUNTS = (0.34, 0.34, 0.21, 0.11)
"""Shares of the others with one, two, three and four findings."""

FIRST = {
    "Cardiomegaly": 1.0, "Emphysema": 1.15, "Effusion": 0.75, "Hernia": 1.25, "Infiltration": 1.05,
    "Mass": 1.1, "Nodule": 1.1, "Atelectasis": 0.85, "Pneumothorax": 1.15,
    "Pleural_Thickening": 1.1, "Pneumonia": 1.0, "Fibrosis": 1.15, "Edema": 0.95,
    "Consolidation": 0.95,
}  # fmt: skip
"""Sampling weight of each finding as the first one."""

TOGETHER = {
    ("Edema", "Effusion"): 4.0, ("Edema", "Cardiomegaly"): 4.0, ("Cardiomegaly", "Effusion"): 2.2,
    ("Pneumonia", "Effusion"): 1.8, ("Pneumonia", "Infiltration"): 1.5,
    ("Consolidation", "Effusion"): 1.8, ("Consolidation", "Atelectasis"): 1.6,
    ("Atelectasis", "Effusion"): 2.0, ("Atelectasis", "Infiltration"): 1.5,
    ("Emphysema", "Pneumothorax"): 2.5, ("Emphysema", "Nodule"): 1.6, ("Emphysema", "Mass"): 1.4,
    ("Emphysema", "Pleural_Thickening"): 1.3, ("Fibrosis", "Pleural_Thickening"): 2.0,
    ("Mass", "Nodule"): 1.8, ("Mass", "Effusion"): 1.4, ("Fibrosis", "Nodule"): 1.3,
    ("Hernia", "Atelectasis"): 1.4, ("Hernia", "Cardiomegaly"): 1.2,
    # Signs that contradict or hide each other.
    ("Emphysema", "Cardiomegaly"): 0.0, ("Emphysema", "Edema"): 0.0,
    ("Emphysema", "Fibrosis"): 0.15,
    ("Fibrosis", "Edema"): 0.2, ("Pneumothorax", "Edema"): 0.2,
    ("Pneumothorax", "Consolidation"): 0.4,
    ("Infiltration", "Edema"): 0.35, ("Pneumonia", "Edema"): 0.4,
    ("Pneumonia", "Consolidation"): 0.5,
}  # fmt: skip
"""Odds of a second finding given a present one, relative to chance; 1 where not listed."""


def _affinity() -> np.ndarray:
    """``TOGETHER`` as a symmetric matrix."""
    table = np.ones((len(LABELS), len(LABELS)))
    for (one, other), odds in TOGETHER.items():
        i, j = LABELS.index(one), LABELS.index(other)
        table[i, j] = table[j, i] = odds
    np.fill_diagonal(table, 0)
    return table


def draw_population_findings(seed: int) -> dict[str, float]:
    """Draw the findings of one person of the teaching population.

    About a quarter are normal. The others have one to four findings, severities 0.35 to 1.

    Args:
        seed: the radiograph's seed.

    Returns:
        label -> severity, in the order of ``LABELS``; empty for a normal chest.
    """
    rng = stream(seed, POPULATION)
    if rng.random() < NORMAL_SHARE:
        return {}
    count = 1 + int(rng.choice(len(COUNTS), p=COUNTS))
    weight = np.array([FIRST[label] for label in LABELS])
    table = _affinity()
    chosen: list[int] = []
    for _ in range(count):
        if weight.sum() <= 0:
            break
        pick = int(rng.choice(len(LABELS), p=weight / weight.sum()))
        chosen.append(pick)
        weight = weight * table[pick]
    return {LABELS[i]: float(np.float32(rng.uniform(0.35, 1.0))) for i in sorted(chosen)}
