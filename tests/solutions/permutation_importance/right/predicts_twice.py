"""Asks the model for labels too, to print the accuracy, and measures the probabilities."""


def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=['importance'], columns=X.columns)
    baseline = metric(y, model.predict_proba(X)[:, 1])
    for feature in importances.columns:
        perfs, hits = [], []
        for i in range(num_samples):
            perm_X = permute_feature(X, feature)
            hits.append(np.mean(model.predict(perm_X) == y))
            perfs.append(metric(y, model.predict_proba(perm_X)[:, 1]))
        print(feature, 'accuracy', np.mean(hits))
        importances.loc['importance', feature] = abs(baseline - np.mean(perfs))
    return importances
