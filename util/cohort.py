"""The lesson's risk model: a random forest for death within ten years, fitted on load."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier

from util.cohort_sources import Cohort, load_cohort

TREES = 60
DEPTH = 8
LEAF = 5
SPLIT_FEATURES = 0.5
SEED = 10


def load_C3M3_risk_model(  # noqa: N802 - the lesson's name
    path: str | Path,
) -> tuple[RandomForestClassifier, pd.DataFrame, pd.Series]:
    """Fit the risk model and return it with its test data.

    Nothing is unpickled: a pickle runs code when it is opened and breaks between versions of
    scikit-learn, and the forest is fitted in about a second.

    Args:
        path: the lesson's folder; `util.cohort_sources` lists the files it may hold.

    Returns:
        The fitted forest; X_test, shape (about 1,700, 18), float64, no missing values, unique
        integers as index; y_test, 0/1, same index, 1 for death within ten years.

    Raises:
        LessonDataError: a table is missing or can't be used.
    """
    cohort = load_cohort(path)
    return fit_forest(cohort), cohort.X_test, cohort.y_test


def fit_forest(cohort: Cohort, seed: int = SEED) -> RandomForestClassifier:
    """Fit the forest on a cohort's training part.

    The trees are deliberately few and shallow: the lesson requests 1,800 predictions from the
    forest and SHAP walks through every tree, and beyond this size the c-index no longer grows. One
    job, because joblib's threads cost more than they save here; the trees depend only on the data
    and the seed.

    Args:
        cohort: what `load_cohort` returned.
        seed: seed of the bootstrap samples and of the features tried at each split.

    Returns:
        The forest; ``predict_proba(X)[:, 1]`` is the risk of death within ten years.
    """
    forest = RandomForestClassifier(
        n_estimators=TREES,
        max_depth=DEPTH,
        min_samples_leaf=LEAF,
        max_features=SPLIT_FEATURES,
        random_state=seed,
        n_jobs=1,
    )
    forest.fit(cohort.X_train, cohort.y_train)
    for tree in forest.estimators_:
        tree.tree_.threshold[:] = rounded_down(tree.tree_.threshold)
    return forest


def rounded_down(thresholds: NDArray[np.float64]) -> NDArray[np.float32]:
    """Round to the next single-precision number that is not above.

    The forest compares features in single precision, so that it decides as before. SHAP's
    interventional explainer has thresholds in single precision, too, and goes another way than the
    forest where one was rounded up: a value halfway between two that the forest was fitted on lies
    just beside a threshold, and its explanation did not add up.

    Args:
        thresholds: of a tree's nodes, shape (nodes,).
    """
    single = thresholds.astype(np.float32)
    below = np.nextafter(single, np.float32(-np.inf))
    return np.where(single > thresholds, below, single)
