"""Averages the probabilities of all samples and measures them once.

Misconception: predictions_averaged
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=['importance'], columns=X.columns)
    baseline_performance = metric(y, model.predict_proba(X)[:, 1])
    for feature in importances.columns:
        preds = np.zeros(len(X))
        for i in range(num_samples):
            preds += model.predict_proba(permute_feature(X, feature))[:, 1]
        importances.loc['importance', feature] = abs(baseline_performance - metric(y, preds / num_samples))
    return importances
