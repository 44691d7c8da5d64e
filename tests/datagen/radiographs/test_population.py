"""The teaching population's shares."""

import numpy as np

from datagen.radiographs import draw_population_findings
from util.labels import LABELS


def test_prevalences_counts_and_severities():
    people = [draw_population_findings(seed) for seed in range(6000)]
    counts = np.bincount([len(p) for p in people], minlength=5) / len(people)
    assert 0.22 < counts[0] < 0.28
    assert counts[5:].sum() == 0
    for label in LABELS:
        share = np.mean([label in p for p in people])
        assert 0.08 < share < 0.22, (label, share)
    severities = np.array([s for p in people for s in p.values()])
    assert severities.min() >= 0.35
    assert severities.max() <= 1


def test_contradictions_never_meet():
    people = [draw_population_findings(seed) for seed in range(3000)]
    assert not any({"Emphysema", "Edema"} <= set(p) for p in people)
    assert not any({"Emphysema", "Cardiomegaly"} <= set(p) for p in people)


def test_edema_brings_effusion():
    people = [draw_population_findings(seed) for seed in range(6000)]
    wet = [p for p in people if "Edema" in p]
    with_fluid = np.mean(["Effusion" in p for p in wet])
    assert with_fluid > 1.3 * np.mean(["Effusion" in p for p in people])
