"""Keeps the batch axis to the end and returns a batch of one map.

Misconception: batch_kept
"""


def grad_cam(input_model, image, category_index, layer_name):
    m = keras.Model(input_model.inputs, [input_model.get_layer(layer_name).output, input_model.output])
    with tf.GradientTape() as tape:
        maps, out = m(image)
        y = out[:, category_index]
    g = tape.gradient(y, maps)
    w = tf.reduce_mean(g, axis=(1, 2), keepdims=True)
    cam = tf.nn.relu(tf.reduce_sum(maps * w, axis=3, keepdims=True))
    cam = tf.image.resize(cam, image.shape[1:3])
    cam = cam / tf.reduce_max(cam)
    return cam[..., 0].numpy()
