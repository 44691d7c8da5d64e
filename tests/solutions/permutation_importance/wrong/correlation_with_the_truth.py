"""Takes the correlation of each feature with the truth, and never asks the model.

Misconception: model_unused
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=['importance'], columns=X.columns)
    for feature in X.columns:
        importances.loc['importance', feature] = abs(np.corrcoef(X[feature], y)[0, 1])
    return importances
