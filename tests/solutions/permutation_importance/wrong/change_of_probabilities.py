"""Averages how far the probabilities move, and asks no metric.

Misconception: change_of_predictions
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    before = model.predict_proba(X)[:, 1]
    imp = pd.DataFrame(index=['importance'], columns=X.columns)
    for feature in X.columns:
        moved = []
        for _ in range(num_samples):
            after = model.predict_proba(permute_feature(X, feature))[:, 1]
            moved.append(np.mean(np.abs(before - after)))
        imp.loc['importance', feature] = np.mean(moved)
    return imp
