"""Collects the performances of all features in one list.

Misconception: growing_list
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=['importance'], columns=X.columns)
    baseline = metric(y, model.predict_proba(X)[:, 1])
    performances = []
    for feature in X.columns:
        for i in range(num_samples):
            performances.append(metric(y, model.predict_proba(permute_feature(X, feature))[:, 1]))
        importances.loc['importance', feature] = abs(baseline - np.mean(performances))
    return importances
