"""Print the tables of ``docs/cohort.md``: published aggregates beside the synthetic cohort.

``python -m datagen.cohort.compare``; needs no real data.
"""

from itertools import pairwise

import numpy as np
import pandas as pd

from datagen.cohort.aggregates import BAND_EDGES, CODES, load
from datagen.cohort.draw import draw_cohort
from util.cohort_columns import COLUMNS, LABEL


def feature_table(cohort: pd.DataFrame) -> list[str]:
    """Mean and standard deviation of each feature, without codes, as Markdown lines."""
    published = load()["overall"]
    lines = ["| feature | NHANES I | synthetic |", "|---|---|---|"]
    for name in COLUMNS:
        drawn = cohort[name][~cohort[name].isin(CODES.get(name, ()))]
        real = published[name]
        lines.append(
            f"| {name} | {real['mean']:.4g} ± {real['sd']:.3g} "
            f"| {drawn.mean():.4g} ± {drawn.std():.3g} |"
        )
    return lines


def mortality_table(cohort: pd.DataFrame) -> list[str]:
    """Share who died within ten years, per cent, by age band and sex, as Markdown lines."""
    published = load()["mortality"]
    bands = np.digitize(cohort["Age"], BAND_EDGES[1:-1])
    drawn = cohort[LABEL].groupby([bands, cohort["Sex"]]).mean()
    lines = ["| age | men | men, synthetic | women | women, synthetic |", "|---|---|---|---|---|"]
    for band, (start, end) in enumerate(pairwise(BAND_EDGES)):
        shares = [(published[str(sex)][band], drawn[band, sex]) for sex in (1, 2)]
        cells = " | ".join(f"{100 * share:.1f}" for pair in shares for share in pair)
        lines.append(f"| {start} to {end - 1} | {cells} |")
    return lines


def main() -> None:
    """Print both tables."""
    cohort = pd.concat(draw_cohort())
    print("\n".join([*feature_table(cohort), "", *mortality_table(cohort)]))


if __name__ == "__main__":
    main()
