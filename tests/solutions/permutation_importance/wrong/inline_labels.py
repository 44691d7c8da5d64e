"""Permutes by itself, and measures predicted labels.

Misconception: labels
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=['importance'], columns=X.columns)
    baseline = metric(y, model.predict_proba(X)[:, 1])
    for feature in X.columns:
        scores = []
        for _ in range(num_samples):
            X_perm = X.copy()
            X_perm[feature] = np.random.permutation(X_perm[feature])
            scores.append(metric(y, model.predict(X_perm)))
        importances.loc['importance', feature] = abs(baseline - np.mean(scores))
    return importances
