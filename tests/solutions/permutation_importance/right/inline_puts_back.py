"""Permutes in the frame that was passed in and puts the column back afterwards."""


def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=['importance'], columns=X.columns)
    baseline = metric(y, model.predict_proba(X)[:, 1])
    for feature in X.columns:
        original = X[feature].copy()
        perfs = []
        for i in range(num_samples):
            X[feature] = np.random.permutation(original)
            perfs.append(metric(y, model.predict_proba(X)[:, 1]))
        X[feature] = original
        importances.loc['importance', feature] = abs(baseline - np.mean(perfs))
    return importances
