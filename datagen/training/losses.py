"""The training loss: the lesson's weighted loss, and a term for the location of findings.

The network ends in average pooling and a dense layer. Both are linear, so the logit of a finding
is the mean over the cells of the last maps of a *class map*, z_c(x, y) = w_c . bn(x, y) + b_c
(Zhou et al., "Learning Deep Features for Discriminative Localization", CVPR 2016). Because our
radiographs are drawn, it is known which cells contain a finding. The location term makes the class
maps of present findings high there. It supervises every cell of the map, where the label gives one
value per picture, and so needs far fewer pictures to learn from.
"""

import tensorflow as tf


def class_maps(features: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) -> tf.Tensor:
    """Return the class maps of feature maps; their mean over the cells is the logit.

    Args:
        features: Output of the layer ``bn``, shape (n, cells, cells, 1024).
        kernel: Kernel of the dense layer, shape (1024, 14).
        bias: Bias of the dense layer, shape (14,).

    Returns:
        float32, shape (n, cells, cells, 14).
    """
    return tf.tensordot(tf.cast(features, tf.float32), kernel, axes=1) + bias


def balanced_loss(labels: tf.Tensor, logits: tf.Tensor, shares: tf.Tensor) -> tf.Tensor:
    """Compute the lesson's weighted loss, with every finding scaled alike.

    Where the lesson weights presence by the share of negatives and absence by the share of
    positives, both are divided here by twice the product of the shares. A finding's weights keep
    their ratio, and their mean over the radiographs is 1 for each finding, so that a rare one
    counts as much as a common one.

    Args:
        labels: 0 or 1, shape (n, 14).
        logits: Shape (n, 14).
        shares: Share of radiographs with each finding, shape (14,), inside (0, 1).

    Returns:
        A scalar, the mean over pictures and findings.
    """
    present = labels * tf.nn.softplus(-logits) / (2 * shares)
    absent = (1 - labels) * tf.nn.softplus(logits) / (2 * (1 - shares))
    return tf.reduce_mean(present + absent)


def location_loss(maps: tf.Tensor, masks: tf.Tensor) -> tf.Tensor:
    """Compute the cross-entropy between where a finding is and where its class map is high.

    Both are distributions over the cells: the mask divided by its sum, and the softmax of the
    class map. The map is first divided by a sixteenth of the number of cells: the more cells there
    are, the larger a single cell must be to change their mean.

    Args:
        maps: Class maps, shape (n, cells, cells, 14).
        masks: Share of each cell that a finding covers, same shape; all zero where it is absent.

    Returns:
        A scalar, the mean over the findings that are present (0 if there is none), less the
        entropy of the masks, so that 0 is a perfect match.
    """
    cells = maps.shape[1] * maps.shape[2]
    flat = (-1, cells, maps.shape[3])
    scores = tf.nn.log_softmax(tf.reshape(maps, flat) * (16 / cells), axis=1)
    masks = tf.reshape(masks, flat)
    total = tf.reduce_sum(masks, axis=1)
    present = tf.cast(total > 0, tf.float32)
    wanted = masks / tf.maximum(total, 1e-6)[:, tf.newaxis]
    mismatch = tf.reduce_sum(tf.math.xlogy(wanted, wanted) - wanted * scores, axis=1)
    return tf.reduce_sum(mismatch * present) / tf.maximum(tf.reduce_sum(present), 1)
