"""Measures the baseline again for every feature, on the data as they are; slow, and right."""


def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=['importance'], columns=X.columns)
    for feature in importances.columns:
        baseline = metric(y, model.predict_proba(X)[:, 1])
        scores = []
        while len(scores) < num_samples:
            probs = model.predict_proba(permute_feature(X, feature))
            scores.append(metric(y, probs[:, -1]))
        importances.loc['importance', feature] = abs(np.average(scores) - baseline)
    return importances
