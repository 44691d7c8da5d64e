"""Draws the feature's values with replacement.

Misconception: resampled
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=['importance'], columns=X.columns)
    baseline = metric(y, model.predict_proba(X)[:, 1])
    for feature in X.columns:
        scores = []
        for _ in range(num_samples):
            X_perm = X.copy()
            X_perm[feature] = np.random.choice(X[feature], size=len(X))
            scores.append(metric(y, model.predict_proba(X_perm)[:, 1]))
        importances.loc['importance', feature] = abs(baseline - np.mean(scores))
    return importances
