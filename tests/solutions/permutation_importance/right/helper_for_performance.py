"""Leaves the performance to a helper in the same cell, with type hints."""


def performance(model, metric, X: pd.DataFrame, y) -> float:
    return metric(y, model.predict_proba(X)[:, 1])


def permutation_importance(X: pd.DataFrame, y, model, metric, num_samples: int = 100) -> pd.DataFrame:
    baseline = performance(model, metric, X, y)

    def importance(name: str) -> float:
        runs = [performance(model, metric, permute_feature(X, name), y) for _ in range(num_samples)]
        return abs(baseline - float(np.mean(runs)))

    return pd.DataFrame([[importance(name) for name in X.columns]], index=["importance"], columns=X.columns)
