"""Stays in TensorFlow and returns a tensor without the batch."""


def grad_cam(input_model, image, category_index, layer_name):
    nn = keras.Model(input_model.inputs, [input_model.get_layer(layer_name).output, input_model.output])
    with tf.GradientTape() as tape:
        maps, out = nn(image)
        y = out[:, category_index]
    g = tape.gradient(y, maps)
    w = tf.reduce_mean(g, axis=[1, 2], keepdims=True)
    cam = tf.nn.relu(tf.reduce_sum(maps * w, axis=3, keepdims=True))
    cam = tf.image.resize(cam, image.shape[1:3])[0, :, :, 0]
    return tf.math.divide_no_nan(cam, tf.reduce_max(cam))
