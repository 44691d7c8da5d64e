"""The model card: what the network is, what it is not, and the figures of a measurement.

Mitchell et al., "Model Cards for Model Reporting", FAT* 2019.
"""

from collections.abc import Sequence

from datagen.radiographs.cases import CASES

from .measure import THRESHOLD, Figures
from .statistics import wilson_interval
from .targets import LEAST_AREA, MACRO_AREA, STORY, misses, peak_target

_HEAD = """\
# Model card: the network that the lesson explains

Written by `python -m datagen.evaluation`; change that, not this file.

## What it is

A DenseNet121 that gives each of fourteen findings a probability, from one chest radiograph. It
was trained on radiographs that `datagen.radiographs` draws, from random weights, with the
lesson's weighted loss; in the early stages of the training a second term told it where each
finding lies, which is known because the pictures are drawn. Weights: float16,
`models/densenet121_synthetic.npz`.

## How it was trained

    python -m datagen.training draw --count 13000 --validation 500
    python -m datagen.training train
    python -m datagen.training export --to source/C3M3/models/densenet121_synthetic.npz

The stages are the default of `train` (size, batch, pictures, learning rate from and to, weight of
the location term). On two processor cores with bfloat16 they took an hour and a half; a training
that is run again draws the same pictures and ends on other weights, because sums of floating
point numbers depend on the machine.

## What it is not

**It has never seen a patient, and it is not for clinical use.** No picture of a person was in its
training or in the measurements below. How it answers to a real radiograph is unknown, and a
probability it gives there means nothing. Its figures are figures on drawings, which are simpler
and more alike than patients are; they say that the lesson's explanations rest on a network that
does what it was taught, and nothing about diagnosis. It serves to learn how explanations are made.

Presence and absence of a finding were weighted alike, so a probability of one half means that the
evidence is even, not that half of such patients have the finding.
"""


def render(figures: Figures, seed: int) -> str:
    """Write the model card.

    Args:
        figures: Figures of a measurement.
        seed: Number of the evaluation set.

    Returns:
        Markdown.
    """
    missed = misses(figures)
    verdict = (
        ["Every target is reached."]
        if not missed
        else ["Not reached:", "", *(f"- {line}" for line in missed)]
    )
    lines = [
        _HEAD,
        "## Figures",
        "",
        f"{figures.count} radiographs drawn for this measurement (`--seed {seed}`), from a range "
        "that training never uses. Intervals are of 95 %: bootstrap for areas, Wilson for shares.",
        "",
        *verdict,
        "",
        *_areas(figures),
        "",
        *_peaks(figures),
        "",
        *_cases(figures),
    ]
    return "\n".join(lines) + "\n"


def _areas(figures: Figures) -> list[str]:
    rows = [
        (
            name,
            str(figures.positives[name]),
            f"{area.value:.3f}",
            f"{area.low:.3f} to {area.high:.3f}",
            f"{LEAST_AREA}",
            _mark(area.value >= LEAST_AREA),
        )
        for name, area in figures.areas.items()
    ]
    macro = figures.macro
    rows.append(
        (
            "**mean of all**",
            "",
            f"**{macro.value:.3f}**",
            f"{macro.low:.3f} to {macro.high:.3f}",
            f"{MACRO_AREA}",
            _mark(macro.value >= MACRO_AREA),
        )
    )
    header = ("Finding", "Radiographs with it", "AUC", "Interval", "Target", "Reached")
    return ["### Area under the ROC curve", "", *_table(header, rows)]


def _peaks(figures: Figures) -> list[str]:
    rows = []
    for name, peaks in figures.peaks.items():
        low, high = wilson_interval(peaks.hits, peaks.detected)
        share = peaks.hits / peaks.detected if peaks.detected else 0.0
        rows.append(
            (
                name,
                f"{peaks.detected} of {peaks.present}",
                f"{share:.1%}",
                f"{low:.1%} to {high:.1%}",
                f"{peak_target(name):.0%}",
                _mark(peaks.detected > 0 and share >= peak_target(name)),
            )
        )
    header = ("Finding", "Detected", "Peak on it", "Interval", "Target", "Reached")
    return [
        "### Where Grad-CAM points",
        "",
        f"Of the findings that are there and detected (probability {THRESHOLD} or more): how "
        "often the centre of the highest cell of the Grad-CAM at `conv5_block16_concat` lies on "
        "the drawn finding or within half a cell (16 pixels) of it.",
        "",
        *_table(header, rows),
    ]


def _cases(figures: Figures) -> list[str]:
    stories = {case.image: case.story for case in CASES}
    rows = []
    for told in STORY:
        p = figures.cases[told.image][told.finding]
        rows.append(
            (
                told.image,
                stories[told.image],
                told.finding,
                f"{p:.2f}",
                str(told),
                _mark(told.holds(p)),
            )
        )
    header = ("Picture", "What is drawn", "Finding", "Probability", "Target", "Reached")
    return ["### The lesson's four cases", "", *_table(header, rows)]


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    rule = ["---"] * len(header)
    return [f"| {' | '.join(row)} |" for row in (header, rule, *rows)]


def _mark(reached: bool) -> str:
    return "yes" if reached else "**no**"
