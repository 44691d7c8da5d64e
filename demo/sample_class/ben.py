# All correct, in another style: gradient tape, einsum, a random generator, list comprehensions.
# like: ada
# %% UNQ_C1
import tensorflow as tf


def grad_cam(input_model, image, category_index, layer_name):
    outputs = [input_model.get_layer(layer_name).output, input_model.output]
    both = keras.Model(input_model.inputs, outputs)
    with tf.GradientTape() as tape:
        maps, scores = both(tf.convert_to_tensor(image))
        score = scores[:, category_index]
    gradients = tape.gradient(score, maps)
    weights = tf.reduce_mean(gradients, axis=(0, 1, 2)).numpy()
    cam = np.maximum(np.einsum("hwc,c->hw", maps[0].numpy(), weights), 0)
    cam = cv2.resize(cam, (image.shape[2], image.shape[1]))
    return cam / cam.max()
# %% UNQ_C3
generator = np.random.default_rng()


def permute_feature(df, feature):
    return df.assign(**{feature: generator.permutation(df[feature].to_numpy())})
# %% UNQ_C4
def permutation_importance(X, y, model, metric, num_samples=100):
    def performance(data):
        return metric(y, model.predict_proba(data)[:, 1])

    baseline = performance(X)
    row = {
        name: abs(baseline - np.mean([performance(permute_feature(X, name)) for _ in range(num_samples)]))
        for name in X.columns
    }
    return pd.DataFrame([row], index=["importance"])
