"""What the lesson's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
REAL_DATA = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Real public data, where it lies beside the repository."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"the real data are not at {REAL_DATA.relative_to(ROOT.parent)}")
    return REAL_DATA


@pytest.fixture(scope="session")
def embedded(root):
    """The lesson's risk model on the embedded cohort: forest, X_test, y_test."""
    from util.cohort import load_C3M3_risk_model

    return load_C3M3_risk_model(root / "source" / "C3M3")


@pytest.fixture(scope="session")
def explained(embedded):
    """SHAP values towards death on it, a table like X_test; they take many seconds."""
    import pandas as pd
    import shap

    forest, X, _ = embedded
    values = shap.TreeExplainer(forest).shap_values(X)[..., 1]
    return pd.DataFrame(values, X.index, X.columns)
