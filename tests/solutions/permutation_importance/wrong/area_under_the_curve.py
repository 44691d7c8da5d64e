"""Always measures the area under the ROC curve.

Misconception: own_metric
"""


from sklearn.metrics import roc_auc_score


def permutation_importance(X, y, model, metric, num_samples=100):
    base = roc_auc_score(y, model.predict_proba(X)[:, 1])
    imp = {}
    for col in X.columns:
        perfs = [roc_auc_score(y, model.predict_proba(permute_feature(X, col))[:, 1]) for _ in range(num_samples)]
        imp[col] = abs(base - np.mean(perfs))
    return pd.DataFrame(imp, index=['importance'])
