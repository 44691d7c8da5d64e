"""Shuffles whole rows of the frame, all features together.

Misconception: whole_rows
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=['importance'], columns=X.columns)
    baseline = metric(y, model.predict_proba(X)[:, 1])
    for feature in X.columns:
        scores = []
        for _ in range(num_samples):
            X_perm = X.sample(frac=1).reset_index(drop=True)
            scores.append(metric(y, model.predict_proba(X_perm)[:, 1]))
        importances.loc['importance', feature] = abs(baseline - np.mean(scores))
    return importances
