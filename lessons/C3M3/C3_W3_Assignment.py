# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Model Interpretation Methods
#
# A model that is right is useful. A model that is right *and* can show why is one that people may come to trust. In this last assignment of the course you will look inside two models that you know from earlier courses: a network that reads chest radiographs, and a forest that estimates the risk of dying within ten years.
#
# You will learn about:
#
# - Interpreting deep learning models
#     - seeing what a prediction rests on with Grad-CAM
# - Feature importance in machine learning
#     - the permutation method
#     - SHAP values
#
# Let's begin.
#
# > The radiographs, the weights and the people in this lesson are drawn by a program, unless your course has put the real files in their place. None of it may be used on patients.

# %% [markdown]
# ## Table of Contents
#
# - [1. Interpreting Deep Learning Models](#1.-Interpreting-Deep-Learning-Models)
#     - [1.1 Grad-CAM](#1.1-Grad-CAM)
#         - [1.1.1 Getting Intermediate Layers](#1.1.1-Getting-Intermediate-Layers)
#         - [1.1.2 Getting Gradients](#1.1.2-Getting-Gradients)
#         - [1.1.3 Implementing Grad-CAM](#1.1.3-Implementing-Grad-CAM)
#             - [Exercise 1 - grad_cam](#Exercise-1---grad_cam)
#         - [1.1.4 Using Grad-CAM to Visualize Multiple Labels](#1.1.4-Using-Grad-CAM-to-Visualize-Multiple-Labels)
#             - [Exercise 2 - compute_gradcam](#Exercise-2---compute_gradcam)
#         - [1.1.5 How Often Grad-CAM Points at the Finding](#1.1.5-How-Often-Grad-CAM-Points-at-the-Finding)
# - [2. Feature Importance in Machine Learning](#2.-Feature-Importance-in-Machine-Learning)
#     - [2.1 Permutation Method for Feature Importance](#2.1-Permutation-Method-for-Feature-Importance)
#         - [2.1.1 Implementing Permutation](#2.1.1-Implementing-Permutation)
#             - [Exercise 3 - permute_feature](#Exercise-3---permute_feature)
#         - [2.1.2 Implementing Importance](#2.1.2-Implementing-Importance)
#             - [Exercise 4 - permutation_importance](#Exercise-4---permutation_importance)
#         - [2.1.3 Computing our Feature Importance](#2.1.3-Computing-our-Feature-Importance)
#     - [2.2 Shapley Values for Random Forests](#2.2-Shapley-Values-for-Random-Forests)
#         - [2.2.1 Visualizing Feature Importance on Specific Individuals](#2.2.1-Visualizing-Feature-Importance-on-Specific-Individuals)
#         - [2.2.2 Visualizing Feature Importance on Aggregate](#2.2.2-Visualizing-Feature-Importance-on-Aggregate)
#         - [2.2.3 Visualizing Interactions between Features](#2.2.3-Visualizing-Interactions-between-Features)
#
# How this notebook works: cells marked `UNQ_C1` to `UNQ_C4` are yours to fill in, between the two marker lines. The test cell below each one tells you at once whether you are on the way. All other cells are given; you can read and run them but not edit them. You may add cells of your own anywhere.

# %% [markdown]
# ## Packages
#
# These are the libraries we need:
#
# - `keras`: builds and runs the network
# - `tensorflow`: does the arithmetic beneath `keras`
# - `matplotlib`: draws pictures and charts
# - `numpy`: arrays and arithmetic on them
# - `pandas`: tables
# - `cv2`: image processing; here it enlarges small maps
# - `sklearn`: classical machine learning
# - `lifelines`: survival analysis; we use its c-index
# - `shap`: Shapley values for machine learning models
#
# From `util`, a small package that comes with this lesson, we take the loaders, the tests, and `K`.

# %% nbgrader={"grade": false, "grade_id": "packages", "locked": true, "schema_version": 3, "solution": false, "task": false}
# First, since it keeps TensorFlow's log out of the notebook
from util import *

import cv2
import keras
import lifelines
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import shap
import sklearn
import tensorflow as tf

# All figures in this notebook start from this size, in inches.
plt.rcParams["figure.figsize"] = [10, 7]

# %% [markdown]
# <a name="1"></a>
# ## 1. Interpreting Deep Learning Models
#
# We start with the network that finds diseases in chest radiographs. The next cell builds it and loads its weights, which takes a few seconds.

# %% nbgrader={"grade": false, "grade_id": "load-model", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output", "when-needed"]
path = "./"
model = load_C3M3_model(path)

# %% [markdown]
# Now a picture to work with. The table `df` is the training table, `data/nih_new/train-small.csv`; it has one row per picture and a column of zeros and ones per finding.

# %% nbgrader={"grade": false, "grade_id": "show-image", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["when-needed"]
IMAGE_DIR = "data/nih_new/images-small/"
df = pd.read_csv("data/nih_new/train-small.csv")
im_path = IMAGE_DIR + "SYN00901_000.png"
x = load_image(im_path, df, preprocess=False)
plt.imshow(x, cmap="gray")
plt.show()

# %% [markdown]
# The network was trained on pictures whose grey values were centred and scaled. We have to treat ours in the same way, so we first need the mean and the standard deviation of the training pictures.

# %% nbgrader={"grade": false, "grade_id": "mean-std", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["when-needed"]
mean, std = get_mean_std_per_batch(IMAGE_DIR, df)

# %% [markdown]
# With these two numbers we can normalize the picture and ask the network for its predictions.

# %% nbgrader={"grade": false, "grade_id": "labels", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["when-needed"]
labels = ["Cardiomegaly", "Emphysema", "Effusion", "Hernia", "Infiltration", "Mass", "Nodule",
          "Atelectasis", "Pneumothorax", "Pleural_Thickening", "Pneumonia", "Fibrosis", "Edema",
          "Consolidation"]

# %% nbgrader={"grade": false, "grade_id": "predictions", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
processed_image = load_image_normalize(im_path, mean, std)
preds = model.predict(processed_image)
pred_df = pd.DataFrame(preds, columns=labels)
pred_df.loc[0, :].plot.bar()
plt.title("Predictions")
plt.show()

# %% [markdown]
# The highest bar is that of *Mass*, an abnormal spot of more than three centimetres in the lung. The table agrees, and a mass is all that it lists. Yet *Pneumonia* is almost as high, and *Nodule*, a smaller spot, lies above one half.
#
# The bars need not add up to 1. Each output is a sigmoid, the answer to a yes-or-no question of its own, and a network that sees one white, dense place can say yes to several findings which look like it. Mass, nodule and pneumonia all do.
#
# So the chart leaves a question open: *where* in the picture did the network see what it reports? It might have been looking at the mass, or at the letters in the corner. Grad-CAM helps to find out.

# %% [markdown]
# <a name="1-1"></a>
# ### 1.1 Grad-CAM
#
# Grad-CAM makes a heat map over the input picture: it shows how much each region speaks for one particular output of a convolutional network. It gets there with the gradients of that output's score.

# %% [markdown]
# <a name="1-1-1"></a>
# #### 1.1.1 Getting Intermediate Layers
#
# The hard part of Grad-CAM is not the formula. It is getting hold of what happens *inside* the network: the activations of a layer in the middle, and gradients with respect to them. This section and the next show one pattern for each. You will need both in the first exercise.
#
# First, see what layers there are.

# %% nbgrader={"grade": false, "grade_id": "summary", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
model.summary()

# %% [markdown]
# That is a long list; we usually care about one of the last few layers, which hold the most abstract features while they still know about places. `model.get_layer(name).output` reaches for a layer by its name. We take `conv5_block16_concat`, where the last convolutional block puts all its features together.

# %% nbgrader={"grade": false, "grade_id": "spatial-maps", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
spatial_maps = model.get_layer("conv5_block16_concat").output
print(spatial_maps)

# %% [markdown]
# What was printed is a *placeholder*. It stands for the activations, for any picture, but it holds no numbers yet. `K.function` turns placeholders into numbers: give it a list of input placeholders and a list of output placeholders, and it returns a function that computes the outputs from inputs.

# %% nbgrader={"grade": false, "grade_id": "get-spatial-maps", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
get_spatial_maps = K.function([model.input], [spatial_maps])
print(get_spatial_maps)

# %% [markdown]
# This is a function object that we can call. To get the activations for one picture, we pass that picture in, inside a list.

# %% nbgrader={"grade": false, "grade_id": "one-image", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration", "nbval-check-output"]
# The picture as the network takes it
x = load_image_normalize(im_path, mean, std)
print(f"x is of type {type(x)}")
print(f"x is of shape {x.shape}")

# %% nbgrader={"grade": false, "grade_id": "spatial-maps-list", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration", "nbval-check-output"]
# One array of activations per placeholder that we asked for
spatial_maps_x_l = get_spatial_maps([x])

print(f"spatial_maps_x_l is of type {type(spatial_maps_x_l)}")
print(f"spatial_maps_x_l has length {len(spatial_maps_x_l)}")

# %% nbgrader={"grade": false, "grade_id": "spatial-maps-item", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration", "nbval-check-output"]
# We asked for one
spatial_maps_x = spatial_maps_x_l[0]
print(f"spatial_maps_x is of type {type(spatial_maps_x)}")
print(f"spatial_maps_x is of shape {spatial_maps_x.shape}")

# %% [markdown]
# The shape is (1, 10, 10, 1024): one picture, 10 by 10 positions, 1024 features at each of them. Axis 0 is the batch. We have a single picture, so we take index 0 and are rid of that axis.

# %% nbgrader={"grade": false, "grade_id": "spatial-maps-no-batch", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
# The first picture of the batch; spatial_maps_x[0, :] is the same
spatial_maps_x = spatial_maps_x[0]
print(f"spatial_maps_x without the batch dimension has shape {spatial_maps_x.shape}")
print("Output some of the content:")
print(spatial_maps_x[0])

# %% [markdown]
# These are the activations of that layer for this one picture. A function like `get_spatial_maps` is often called a *hook*: it lets you look at a computation while it is under way.

# %% [markdown]
# <a name="1-1-2"></a>
# #### 1.1.2 Getting Gradients
#
# The second thing that Grad-CAM needs is the gradient of one output with respect to those activations. `K.gradients` takes two arguments: the value whose gradient you want, and the tensor with respect to which you want it. Let's walk up to it, starting from the output of the model.

# %% nbgrader={"grade": false, "grade_id": "model-output", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration", "nbval-check-output"]
# A placeholder for all predictions of a batch
output_with_batch_dim = model.output
print(f"Model output includes batch dimension, has shape {output_with_batch_dim.shape}")

# %% [markdown]
# The batch axis has size `None`: the placeholder works for any number of pictures. Index 0 takes the first.

# %% nbgrader={"grade": false, "grade_id": "output-no-batch", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration", "nbval-check-output"]
# The predictions for one picture
output_all_categories = output_with_batch_dim[0]
print(f"The output for all 14 categories of disease has shape {output_all_categories.shape}")

# %% [markdown]
# There is one output for each of the 14 findings, numbered from 0 to 13 in the order of `labels`. Cardiomegaly is number 0.

# %% nbgrader={"grade": false, "grade_id": "output-category", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration", "nbval-check-output"]
# The prediction of one category
y_category_0 = output_all_categories[0]
print(f"The Cardiomegaly output is at index 0, and has shape {y_category_0.shape}")

# %% nbgrader={"grade": false, "grade_id": "gradient", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
# How y_category_0 changes with each of the activations
gradient_l = K.gradients(y_category_0, spatial_maps)
print(f"gradient_l is of type {type(gradient_l)} and has length {len(gradient_l)}")

# One placeholder for each tensor that we differentiated with respect to
gradient = gradient_l[0]
print(gradient)

# %% [markdown]
# This is once more a placeholder, and once more `K.function` computes its value for an input. It takes
#
# - a list of inputs: here one, `model.input`
# - a list of placeholders: here one, `gradient`
#
# and returns a function. When you call that function you get a list of arrays, one for each placeholder.

# %% nbgrader={"grade": false, "grade_id": "get-gradient", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
# From a picture to the values of the gradient
get_gradient = K.function([model.input], [gradient])
type(get_gradient)

# %% nbgrader={"grade": false, "grade_id": "gradient-image", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration", "nbval-check-output"]
# The same picture again
x = load_image_normalize(im_path, mean, std)
print(f"X-ray image has shape {x.shape}")

# %% [markdown]
# We call it as before: the picture goes in inside a list, and a list comes out.

# %% nbgrader={"grade": false, "grade_id": "gradient-values", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
# A list goes in, a list comes out
grad_x_l = get_gradient([x])
print(f"grad_x_l is of type {type(grad_x_l)} and length {len(grad_x_l)}")

# Its one item, for the whole batch
grad_x_with_batch_dim = grad_x_l[0]
print(f"grad_x_with_batch_dim is type {type(grad_x_with_batch_dim)} and shape {grad_x_with_batch_dim.shape}")

# The gradient for the first picture of the batch
grad_x = grad_x_with_batch_dim[0]
print(f"grad_x is type {type(grad_x)} and shape {grad_x.shape}")

print("Gradient grad_x (show some of its content:")
print(grad_x[0])

# %% [markdown]
# All rows look the same, and that is no accident: behind this layer come only a scaling of each feature (batch normalization), an average over all positions and one dense layer, so every position has the same influence on the output.
#
# Now we have a hook into the activations and one into the gradient. They can also be combined, so that one call computes both. That will be handy in the exercise.

# %% nbgrader={"grade": false, "grade_id": "both-function", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
# Two placeholders in the second list, so that one call computes both
get_spatial_maps_and_gradient = K.function([model.input], [spatial_maps, gradient])
print(type(get_spatial_maps_and_gradient))

# %% nbgrader={"grade": false, "grade_id": "both-values", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration", "nbval-check-output"]
# The values come in the order of the placeholders
tensor_eval_l = get_spatial_maps_and_gradient([x])
print(f"tensor_eval_l is type {type(tensor_eval_l)} and length {len(tensor_eval_l)}")

# %% nbgrader={"grade": false, "grade_id": "both-shapes", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration", "nbval-check-output"]
# A name for each of the two arrays
spatial_maps_x_with_batch_dim, grad_x_with_batch_dim = tensor_eval_l
print(f"spatial_maps_x_with_batch_dim has shape {spatial_maps_x_with_batch_dim.shape}")
print(f"grad_x_with_batch_dim has shape {grad_x_with_batch_dim.shape}")

# %% nbgrader={"grade": false, "grade_id": "both-direct", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration", "nbval-check-output"]
# The same in one line
spatial_maps_x_with_batch_dim, grad_x_with_batch_dim = get_spatial_maps_and_gradient([x])
print(f"spatial_maps_x_with_batch_dim has shape {spatial_maps_x_with_batch_dim.shape}")
print(f"grad_x_with_batch_dim has shape {grad_x_with_batch_dim.shape}")

# %% nbgrader={"grade": false, "grade_id": "both-no-batch", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
# Both without the batch axis
spatial_maps_x = spatial_maps_x_with_batch_dim[0]
grad_x = grad_x_with_batch_dim[0]
print(f"spatial_maps_x shape {spatial_maps_x.shape}")
print(f"grad_x shape {grad_x.shape}")

print("\nSpatial maps (print some content):")
print(spatial_maps_x[0])
print("\nGradient (print some content:")
print(grad_x[0])

# %% [markdown]
# > **An aside: the same hook with today's TensorFlow.** `K.function` and `K.gradients` come from the first years of Keras, when a model was a static graph. In current code you will more often meet a sub-model and a gradient tape. Both ways give the same numbers, and you may use either in the exercise.

# %% nbgrader={"grade": false, "grade_id": "aside-tape", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
# A model with the same input and two outputs: the layer's activations and the predictions.
two_outputs = keras.Model(model.input, [spatial_maps, model.output])
with tf.GradientTape() as tape:
    activations, predictions = two_outputs(x)
    y_0 = predictions[0, 0]
tape_gradient = tape.gradient(y_0, activations).numpy()[0]
print(f"tape_gradient has shape {tape_gradient.shape}")
print(f"Equal to grad_x: {np.allclose(tape_gradient, grad_x, atol=1e-6)}")


# %% [markdown]
# <a name="1-1-3"></a>
# #### 1.1.3 Implementing Grad-CAM
#
# <a name='ex-01'></a>
# #### Exercise 1 - grad_cam
#
# Fill in `grad_cam` below, so that it returns a Grad-CAM map for a model, a picture, a category and a layer. It is easier in small steps:
#
# 1. Hook into the model's output for the category and into the activations of the layer called `layer_name`.
# 2. Get the gradients of that output with respect to these activations.
# 3. Compute the values of the activations and of the gradients for the picture.
# 4. Compute one weight per channel from the gradients, by global average pooling.
# 5. Take the dot product of the activations and the weights, which gives a score for each position.
# 6. Apply ReLU, resize to the size of the picture, and divide by the maximum, so that the map goes from 0 to 1.
#
# Step 6 is given. Use the function's arguments throughout, not the notebook's `model` and `x`: it must work for any model, picture, category and layer.

# %% [markdown]
# <details>
# <summary><font size="3" color="darkgreen"><b>Hints</b></font></summary>
#
# The numbers are those of the steps.
#
# 1. The output of our model has shape (1, number of categories), because a batch here is always one picture.
# 2. Look at `K.gradients` in the section above. What does it return: a placeholder, or a list of them?
# 3. Do as in the two sections above: one `K.function` can compute both.
# 4. Mind the axes. Afterwards the weights must have shape (C,), one number per channel.
# 5. `np.dot` of an array of shape (H, W, C) and one of shape (C,) has shape (H, W).
#
# </details>

# %% [markdown]
# The test compares your map for one picture with that of a reference. You get full credit when the mean squared error per pixel is less than 0.05. It must be so not for this picture alone: marks come from other, small models and pictures, with any `category_index` and any `layer_name`.

# %% nbgrader={"grade": false, "grade_id": "ex1-solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
# UNQ_C1 (UNIQUE CELL IDENTIFIER, DO NOT EDIT)
def grad_cam(input_model, image, category_index, layer_name):
    """
    Grad-CAM: which parts of an image speak for one category.

    Args:
        input_model (Keras.model): model to compute cam for
        image (tensor): input to model, shape (1, H, W, 3), where H (int) is height W (int) is width
        category_index (int): class to compute cam with respect to
        layer_name (str): relevant layer in model
    Return:
        cam (array): values from 0 to 1, shape (H, W)
    """
    cam = None

    ### START CODE HERE ###
    # 1. Placeholders for the output of the category and for the layer
    # The output of the model
    output_with_batch_dim = input_model.output

    # The same without the batch dimension
    output_all_categories = output_with_batch_dim[0]

    # The output of the category at category_index alone
    y_c = output_all_categories[category_index]

    # The output of the layer that is called layer_name
    spatial_map_layer = input_model.get_layer(layer_name).output

    # 2. Gradients of the category's output with respect to the layer's output
    # K.gradients gives a list of length 1
    grads_l = K.gradients(y_c, spatial_map_layer)

    # The placeholder in that list
    grads = grads_l[0]

    # 3. One function from the model's input to both: the layer's output and the gradients
    spatial_map_and_gradient_function = K.function([input_model.input], [spatial_map_layer, grads])

    # Their values for the image
    spatial_map_all_dims, grads_val_all_dims = spatial_map_and_gradient_function([image])

    # From shape (B, H, W, C) to (H, W, C): B is batch, H height, W width, C channel
    # The activations without the batch dimension
    spatial_map_val = spatial_map_all_dims[0]

    # The gradients without the batch dimension
    grads_val = grads_val_all_dims[0]

    # 4. One weight per channel: the mean of the gradients over height and width, shape (C,)
    weights = np.mean(grads_val, axis=(0, 1))

    # 5. The dot product of activations and weights, shape (H, W)
    cam = np.dot(spatial_map_val, weights)
    ### END CODE HERE ###

    # 6. The rest is given.
    H, W = image.shape[1], image.shape[2]
    cam = np.maximum(cam, 0)  # ReLU: only what speaks for the category
    cam = cv2.resize(cam, (W, H), interpolation=cv2.INTER_LINEAR)
    if cam.max() > 0:  # a map of zeros stays one
        cam = cam / cam.max()

    return cam


# %% [markdown]
# Test your function: the next cell computes the map for our picture and prints how far it is from the reference.

# %% nbgrader={"grade": true, "grade_id": "ex1-test", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
### test cell: ex1
### this cell is NOT editable
cam = grad_cam_test(grad_cam, model, im_path, mean, std)
### BEGIN HIDDEN TESTS
from proctor.checks import examine

examine("grad_cam", globals(), points=10)
### END HIDDEN TESTS

# %% [markdown]
# #### Expected Output
#
# ```
# Error from reference should be less than 0.05
# Your error from reference:  ### a value less than 0.05
#
#  All tests passed.
# ```

# %% [markdown]
# Run the next cell to see the picture and the map on top of it.

# %% nbgrader={"grade": false, "grade_id": "ex1-show", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
# The picture alone, and with the map for Mass on top
plt.imshow(load_image(im_path, df, preprocess=False), cmap="gray")
plt.title("Original")
plt.axis("off")
plt.show()

plt.imshow(load_image(im_path, df, preprocess=False), cmap="gray")
plt.imshow(cam, cmap="magma", alpha=0.5)
plt.title("GradCAM")
plt.axis("off")
plt.show()


# %% [markdown]
# The map is brightest over the round white shadow in the right lung (which is on the left of the picture, as if the person faced you). That shadow is the mass, so the network reported it for the right reason.

# %% [markdown]
# <a name="1-1-4"></a>
# #### 1.1.4 Using Grad-CAM to Visualize Multiple Labels
#
# <a name='ex-02'></a>
# #### Exercise 2 - compute_gradcam
#
# One picture can show several findings, and each has its own map. In this exercise you complete a function that draws the maps of a selection of labels side by side. We will use it for Cardiomegaly, Mass and Edema.

# %% [markdown]
# <details>
# <summary><font size="3" color="darkgreen"><b>Hints</b></font></summary>
#
# - Loop over the *positions* of all labels; you need a position to ask `grad_cam` for a category.
# - `labels[i]` is the name at position `i`. Is it among `selected_labels`?
# - `grad_cam` takes the preprocessed image, not the file's name.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex2-solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
# UNQ_C2 (UNIQUE CELL IDENTIFIER, DO NOT EDIT)
def compute_gradcam(model, img, mean, std, data_dir, df,
                    labels, selected_labels, layer_name="conv5_block16_concat"):
    """
    Compute Grad-CAM for many specified labels for an image.

    This method will use the `grad_cam` function.

    Args:
        model (Keras.model): Model to compute Grad-CAM for
        img (string): Image name we want to compute Grad-CAM for.
        mean (float): Mean to normalize to image.
        std (float): Standard deviation to normalize the image.
        data_dir (str): Path of the directory to load the images from.
        df(pd.Dataframe): Dataframe with the image features.
        labels ([str]): All output labels for the model.
        selected_labels ([str]): All output labels we want to compute the Grad-CAM for.
        layer_name: Intermediate layer from the model we want to compute the Grad-CAM for.
    """
    img_path = data_dir + img
    preprocessed_input = load_image_normalize(img_path, mean, std)
    predictions = model.predict(preprocessed_input)
    present = df.loc[df["Image"] == img, labels].values[0]
    print("Ground Truth: ", ", ".join(np.take(labels, np.nonzero(present)[0])))

    plt.figure(figsize=(15, 10))
    plt.subplot(151)
    plt.title("Original")
    plt.axis("off")
    plt.imshow(load_image(img_path, df, preprocess=False), cmap="gray")

    j = 1

    ### START CODE HERE ###
    # Loop over the positions of all labels
    for i in range(len(labels)): # complete this line
        # Is the label at this position one of the selected labels?
        if labels[i] in selected_labels: # complete this line
            # The map of this category, from the grad_cam function
            gradcam = grad_cam(model, preprocessed_input, i, layer_name)
            ### END CODE HERE ###

            print("Generating gradcam for class %s (p=%2.2f)" % (labels[i], round(predictions[0][i], 3)))
            plt.subplot(151 + j)
            plt.title(labels[i] + ": " + str(round(predictions[0][i], 3)))
            plt.axis("off")
            plt.imshow(load_image(img_path, df, preprocess=False), cmap="gray")
            plt.imshow(gradcam, cmap="magma", alpha=min(0.5, predictions[0][i]))
            j += 1


# %% [markdown]
# The test gives your function a stand-in for `grad_cam`, so that it tests this exercise alone.

# %% nbgrader={"grade": true, "grade_id": "ex2-test", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
### test cell: ex2
### this cell is NOT editable
compute_gradcam_test(compute_gradcam)
### BEGIN HIDDEN TESTS
from proctor.checks import examine

examine("compute_gradcam", globals(), points=10)
### END HIDDEN TESTS

# %% [markdown]
# #### Expected Output
#
# ```
# Selected labels: ['Mass', 'Nodule']
# Maps computed for: ['Mass', 'Nodule']
#
#  All tests passed.
# ```

# %% [markdown]
# Now look at four cases. Each cell prints what the table says about the person, and draws the picture and the maps for Cardiomegaly, Mass and Edema. The paler a map, the less probable the network finds the label.
#
# The first is our clear mass once more.

# %% nbgrader={"grade": false, "grade_id": "case-clear-mass", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
labels_to_show = ["Cardiomegaly", "Mass", "Edema"]

image_filename = "SYN00901_000.png"
compute_gradcam(model, image_filename, mean, std, IMAGE_DIR, df, labels, labels_to_show)

# %% nbgrader={"grade": false, "grade_id": "case-neither", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
image_filename = "SYN00902_000.png"
compute_gradcam(model, image_filename, mean, std, IMAGE_DIR, df, labels, labels_to_show)

# %% [markdown]
# Here there is neither mass nor edema, and the network says so. What you see looks like the picture alone, four times: all three maps are zero everywhere. At none of the 10 by 10 positions is the weighted sum of the activations above zero, and the ReLU leaves nothing of what is below. That is also why step 6 looks at the maximum before it divides.
#
# But zero is not a natural border here. The layer `conv5_block16_concat` lies *before* the network's last normalization, `bn`, which multiplies each channel by a number and adds another. What is added does not depend on the picture, so the sums before and after `bn` differ by a constant, another one for each label. The ReLU cuts the one and the same map at two heights. The next cell shows both, before the ReLU.

# %% nbgrader={"grade": false, "grade_id": "empty-map", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
label = labels.index("Edema")
picture = load_image_normalize(IMAGE_DIR + "SYN00902_000.png", mean, std)
p = model.output[0][label]
logit = keras.ops.log(p / (1 - p))  # what the last layer computes before its sigmoid

sums = {}
for name in ["conv5_block16_concat", "bn"]:
    layer = model.get_layer(name).output
    hook = K.function([model.input], [layer, K.gradients(logit, layer)[0]])
    values, gradients = hook([picture])
    # The sum of the gradients where Grad-CAM has their mean: so it is in units of the logit
    sums[name] = np.dot(values[0], gradients[0].sum(axis=(0, 1)))
    above = np.sum(sums[name] > 0)
    print(f"{name}: {above} of {sums[name].size} positions are above zero")

shift = sums["bn"] - sums["conv5_block16_concat"]
bias = float(model.layers[-1].bias[label])
print(f"The difference between the two is {shift.min():.2f} at its least and {shift.max():.2f} at its most")
print(f"Mean at bn, plus the bias: {sums['bn'].mean() + bias:.2f}")
print(f"Logit of the prediction:   {K.function([model.input], [logit])([picture])[0]:.2f}")

plt.figure(figsize=(12, 5))
limit = max(np.abs(one).max() for one in sums.values())
for place, name in enumerate(sums):
    plt.subplot(1, 2, place + 1)
    plt.title(f"Edema at {name}, before the ReLU")
    plt.axis("off")
    plt.imshow(sums[name], cmap="coolwarm", vmin=-limit, vmax=limit)  # white is zero
    plt.colorbar(shrink=0.7)
plt.show()

# %% [markdown]
# At `bn` the zero has a meaning: the mean over all positions, plus the label's bias, *is* the logit, the number whose sigmoid is the probability. A position above zero there raises the probability, one below lowers it. At `conv5_block16_concat` the same sums are lower or higher by a constant, and where that leaves nothing above zero, the map is empty, whatever the network has seen. So an empty map is common at this layer for findings that the network does not report, and it can happen for one that it does.
#
# One more detail: the paper takes the gradient of the logit; the exercise takes that of the probability, behind the sigmoid. The sigmoid multiplies all gradients by the same number, $p (1 - p)$, which is gone once the map has been divided by its maximum.
#
# Read a map of zeros with care, then: it says that nothing at this layer is above that border, and it is silent about what speaks *against* the label, for that is just what the ReLU takes away. And mind the scale: each map is divided by its own maximum, so a bright place in one map says nothing about how probable the label is. Read the map together with the number above it.

# %% nbgrader={"grade": false, "grade_id": "case-central-mass", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
image_filename = "SYN00903_000.png"
compute_gradcam(model, image_filename, mean, std, IMAGE_DIR, df, labels, labels_to_show)

# %% [markdown]
# In this case there is a mass near the centre of the chest, and the map points at it.

# %% nbgrader={"grade": false, "grade_id": "case-edema", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
image_filename = "SYN00904_000.png"
compute_gradcam(model, image_filename, mean, std, IMAGE_DIR, df, labels, labels_to_show)

# %% [markdown]
# In the last case the network picks up the edema. It also gives Cardiomegaly a high score, although the table does not list it. Look at the map: the network looks at the heart, where one would look to assess its size, and the heart does look large. Maps like this help with error analysis. Sometimes the model is wrong, and sometimes the label is.

# %% [markdown]
# <a name="1-1-5"></a>
# #### 1.1.5 How Often Grad-CAM Points at the Finding
#
# So far you have looked at single maps, on cases that were chosen to show something. This section puts a number on it. It is short and not graded; you read, run and look.
#
# The radiographs of the test split come with *masks*: for each finding, the pixels where it can be seen. So we can play the *pointing game* (Zhang et al., "Top-down Neural Attention by Excitation Backprop", ECCV 2016). For each finding, take the one pixel at which its map is highest. If that pixel lies inside the mask, it is a hit; otherwise it is a miss.

# %% nbgrader={"grade": false, "grade_id": "pointing-masks", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration", "nbval-check-output"]
test_df = pd.read_csv("data/nih_new/test.csv")
masks = load_masks("data/nih_new/test-masks.json", missing_ok=True)

# The pairs of a picture and a finding for which there is a mask
findings = [(file, label) for file in test_df["Image"] for label in masks.get(file, {})]
if findings:
    print(f"{len(findings)} findings with a mask, in {len({file for file, _ in findings})} pictures")
else:
    print("There are no masks for these pictures: read on at section 2.")

# %% [markdown]
# The next cell plays the game with your `grad_cam`, which takes about a quarter of a minute. Beside hit or miss it notes how far the peak is from the finding, in pixels, and which share of the picture the finding covers: so often would a dart hit it that is thrown at random.

# %% nbgrader={"grade": false, "grade_id": "pointing-game", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
heat_maps, rows = {}, []
for file, label in findings:
    picture = load_image_normalize(IMAGE_DIR + file, mean, std)
    heat = grad_cam(model, picture, labels.index(label), "conv5_block16_concat")
    heat_maps[file, label] = heat
    mask = masks[file][label]
    peak = np.unravel_index(np.argmax(heat), heat.shape)  # row and column
    # For each pixel the way to the nearest one of the finding, 0 inside
    distance = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    rows.append({
        "finding": label,
        "image": file,
        "row": peak[0],
        "column": peak[1],
        "hit": bool(mask[peak] and heat.max() > 0),  # a map of zeros points nowhere
        "pixels away": round(float(distance[peak]), 1),
        "share of picture": round(float(mask.mean()), 3),
    })
pointing = pd.DataFrame(rows)
pointing

# %% nbgrader={"grade": false, "grade_id": "pointing-share", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration", "nbval-check-output"]
if findings:
    hits, n = int(pointing["hit"].sum()), len(pointing)
    print(f"Hits: {hits} of {n}, a share of {hits / n:.2f}")
    print(f"Hits to expect of random darts: {pointing['share of picture'].sum():.1f} of {n}")

    # The 95 % interval for a share of few trials (Wilson, 1927)
    z = 1.96
    middle = (hits + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * np.sqrt(hits * (n - hits) / n + z**2 / 4)
    print(f"95 % interval for the share: {middle - half:.2f} to {middle + half:.2f}")

# %% [markdown]
# The peaks are far from random. But mind the last line: so few pictures can tell "often" from "hardly ever", and not much more. With one picture for each finding, they cannot tell for which findings the maps are better.
#
# Now look at three maps: that of a hit, that of a finding which is *not there* in the same picture, and that of a miss. The line is the outline of the mask, the cross is the peak.

# %% nbgrader={"grade": false, "grade_id": "pointing-look", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
if findings:
    shown = {"SYN00116_000.png": ["Atelectasis", "Hernia"], "SYN00115_000.png": ["Nodule"]}
    plt.figure(figsize=(15, 5))
    for file, label in [(file, label) for file in shown for label in shown[file]]:
        picture = load_image_normalize(IMAGE_DIR + file, mean, std)
        p = model.predict(picture, verbose=0)[0, labels.index(label)]
        if (file, label) not in heat_maps:
            heat_maps[file, label] = grad_cam(model, picture, labels.index(label), "conv5_block16_concat")
        heat = heat_maps[file, label]
        row, column = np.unravel_index(np.argmax(heat), heat.shape)

        plt.subplot(1, 3, len(plt.gcf().axes) + 1)
        plt.title(f"{label}: {'there' if label in masks[file] else 'not there'} (p={p:.2f})")
        plt.axis("off")
        plt.imshow(load_image(IMAGE_DIR + file, test_df, preprocess=False), cmap="gray")
        plt.imshow(heat, cmap="magma", alpha=0.5)
        plt.plot(column, row, "x", color="lime", markersize=12, markeredgewidth=3)
        if label in masks[file]:
            plt.contour(masks[file][label], levels=[0.5], colors="cyan")
    plt.show()

# %% [markdown]
# Four things to take along, for they hold of other maps and other models too:
#
# - **A map that looks convincing can be about nothing.** There is no hernia in the second picture, and the network does not see one: look at its probability. Still the map has bright places, and the brightest is over a shoulder, beside the letter in the corner, where no hernia can be. Each map is divided by its own maximum, so even the weakest evidence ends up bright. The pointing game never notices, because it only asks about findings that are there.
# - **A peak is a single point.** It says nothing about how large a finding is, nor how many there are. The first map spreads well beyond the outline. In the third picture there are two nodules; the peak speaks of one, and over the other the map is faint.
# - **A map is no finer than its layer.** One of the 10 by 10 positions covers 32 by 32 pixels, more than a nodule. That is why the cross lies beside the nodule and not on it. All misses of the table are near misses of this kind. If you had allowed half a position, 16 pixels, each of them would be a hit; so settle the rule *before* you count.
# - **A hit is no proof.** It says that the network looked at the right place, not that it looked for the right reason. And what it does on drawings, it need not do on patients.
#
# Try other pictures and labels in a cell of your own. How much of each finding lies where its map is above one half?
#
# This ends the part on Grad-CAM. Such maps are useful when you search for new markers, when you analyse errors, and even when a model is in use. Keep in mind what they are: they show what a prediction rests on, not whether it is right.

# %% [markdown]
# <a name="2"></a>
# ## 2. Feature Importance in Machine Learning
#
# When you build a model that estimates a risk, you will want to know which features make the difference. In a linear model you can read it off the coefficients. A forest of many trees predicts better and hides its reasons. In this part you get some of them back, first by permuting features and then with Shapley values, an idea from game theory.
#
# We use a random forest that estimates the risk of dying within ten years from 18 measurements. The next cell fits it and computes its c-index on the test set: take all pairs of one person who died and one who did not; the c-index is the share of pairs in which the model gave the one who died the higher risk. Guessing gives 0.5.

# %% nbgrader={"grade": false, "grade_id": "risk-model", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["when-needed"]
rf, X_test, y_test = load_C3M3_risk_model(path)
cindex_test = cindex(y_test, rf.predict_proba(X_test)[:, 1])

print("Model C-index on test: {}".format(cindex_test))

# %% [markdown]
# Who are the people with the highest risk according to the forest?

# %% nbgrader={"grade": false, "grade_id": "riskiest", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["when-needed"]
# The people with their risk, highest first
X_test_risky = X_test.copy(deep=True)
X_test_risky.loc[:, "risk"] = rf.predict_proba(X_test)[:, 1]
X_test_risky = X_test_risky.sort_values(by="risk", ascending=False)
X_test_risky.head()


# %% [markdown]
# Before you believe a table, look at its values. The first person's `Red blood cells` are 88.8, which is no measurement at all: in this survey 77.7 and 88.8 stand for "not measured" (`data/nhanes/README.md`). The forest was never told, and takes such a code for a large number. Keep this in mind wherever that feature plays a part below.

# %% [markdown]
# <a name="2-1"></a>
# ### 2.1 Permutation Method for Feature Importance
#
# How much worse would the model be without a feature? To find out without fitting a new model, we shuffle the values of that feature among the people. The feature keeps its distribution but no longer says anything about anybody. The drop in performance is the feature's importance.

# %% [markdown]
# <a name="2-1-1"></a>
# #### 2.1.1 Implementing Permutation
#
# <a name='ex-03'></a>
# #### Exercise 3 - permute_feature
#
# Complete the function below: given a data frame and the name of a feature, it returns a data frame in which the values of that feature are randomly permuted, and everything else is as it was.

# %% [markdown]
# <details>
# <summary><font size="3" color="darkgreen"><b>Hints</b></font></summary>
#
# - `np.random.permutation` returns a shuffled copy of what it is given.
# - pandas aligns a Series by its index when you assign it to a column. A numpy array is assigned as it is.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex3-solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
# UNQ_C3 (UNIQUE CELL IDENTIFIER, DO NOT EDIT)
def permute_feature(df, feature):
    """
    Given dataset, returns version with the values of
    the given feature randomly permuted.

    Args:
        df (dataframe): The dataset, shape (num subjects, num features)
        feature (string): Name of feature to permute
    Returns:
        permuted_df (dataframe): Exactly the same as df except the values
                                of the given feature are randomly permuted.
    """
    permuted_df = df.copy(deep=True)  # The caller's frame stays as it is

    ### START CODE HERE ###
    # The values of the column 'feature' in a random order
    permuted_features = np.random.permutation(df[feature])

    # Put them into the column 'feature' of the copy
    permuted_df[feature] = permuted_features
    ### END CODE HERE ###

    return permuted_df


# %% nbgrader={"grade": true, "grade_id": "ex3-test", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
### test cell: ex3
### this cell is NOT editable
permute_feature_test(permute_feature)
### BEGIN HIDDEN TESTS
from proctor.checks import examine

examine("permute_feature", globals(), points=10)
### END HIDDEN TESTS

# %% [markdown]
# #### Expected Output
#
# The order of `col1` and the averages differ from run to run.
#
# ```
# Test Case
#
# Original dataframe:
#
#    col1 col2
# 0     0    A
# 1     1    B
# 2     2    C
#
# col1 permuted:
#
#    col1 col2
# 0     1    A
# 1     0    B
# 2     2    C
#
# Average values after computing over 1000 runs:
# Average of col1: [0.976 1.03  0.994]
#
#
#  All tests passed.
# ```

# %% [markdown]
# <a name="2-1-2"></a>
# #### 2.1.2 Implementing Importance
#
# <a name='ex-04'></a>
# #### Exercise 4 - permutation_importance
#
# Now use `permute_feature` to compute the importance of every feature. The importance of feature $x$ is the absolute difference between the performance on the data as they are and the mean performance over several permutations of $x$:
#
# $$I_x = \left\lvert perf - perf_x \right\rvert$$
#
# $$perf_x = \frac{1}{n} \sum_{i=1}^{n} perf_i^{sx}$$
#
# where $perf_i^{sx}$ is the performance after feature $x$ was shuffled for the $i$-th time.

# %% [markdown]
# <details>
# <summary><font size="3" color="darkgreen"><b>Hints</b></font></summary>
#
# - Look at how the baseline is computed; the permuted data are measured in the same way.
# - First the mean over the samples, then one absolute difference. The two do not commute.
# - Write an importance with `importances.loc["importance", feature] = ...`. Writing it with two pairs of brackets, `importances[feature]["importance"] = ...`, changes a temporary copy in newer versions of pandas.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex4-solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
# UNQ_C4 (UNIQUE CELL IDENTIFIER, DO NOT EDIT)
def permutation_importance(X, y, model, metric, num_samples=100):
    """
    Compute permutation importance for each feature.

    Args:
        X (dataframe): Dataframe for test data, shape (num subject, num features)
        y (np.array): Labels for each row of X, shape (num subjects,)
        model (object): Model to compute importances for, guaranteed to have
                        a 'predict_proba' method to compute probabilistic
                        predictions given input
        metric (function): Metric to be used for feature importance. Takes in ground
                           truth and predictions as the only two arguments
        num_samples (int): Number of samples to average over when computing change in
                           performance for each feature
    Returns:
        importances (dataframe): Dataframe containing feature importance for each
                                 column of df with shape (1, num_features)
    """
    importances = pd.DataFrame(index=["importance"], columns=X.columns)

    # The performance on the data as they are: the baseline
    baseline_performance = metric(y, model.predict_proba(X)[:, 1])

    ### START CODE HERE ###
    # Loop over the features, which are the columns of importances
    for feature in importances.columns: # complete this line
        # An array of num_samples zeros, one place for each performance
        feature_performance_arr = np.zeros(num_samples)

        # Loop over the samples
        for i in range(num_samples): # complete this line
            # The data with this feature permuted
            perm_X = permute_feature(X, feature)

            # The performance on the permuted data, by the same metric as the baseline
            feature_performance_arr[i] = metric(y, model.predict_proba(perm_X)[:, 1])

        # The absolute difference between the baseline and the mean performance
        importances.loc["importance", feature] = abs(baseline_performance - np.mean(feature_performance_arr))
    ### END CODE HERE ###

    return importances


# %% nbgrader={"grade": true, "grade_id": "ex4-test", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
### test cell: ex4
### this cell is NOT editable
permutation_importance_test(permutation_importance, cindex)
### BEGIN HIDDEN TESTS
from proctor.checks import examine

examine("permutation_importance", globals(), points=10)
### END HIDDEN TESTS

# %% [markdown]
# #### Expected Output
#
# Your values should be close to these.
#
# ```
# Computed Importances (approximate values):
#             important  unimportant
# importance        0.5          0.0
#
#
#  All tests passed.
#  All tests passed.
# ```

# %% [markdown]
# <a name="2-1-3"></a>
# #### 2.1.3 Computing our Feature Importance
#
# Now the real data: 18 features, each permuted 100 times. This takes a minute or two.

# %% nbgrader={"grade": false, "grade_id": "importances", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
importances = permutation_importance(X_test, y_test, rf, cindex, num_samples=100)
importances

# %% [markdown]
# A bar chart makes them easier to compare.

# %% nbgrader={"grade": false, "grade_id": "importances-chart", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
importances.T.plot.bar()
plt.ylabel("Importance")
l = plt.legend()
l.remove()
plt.show()

# %% [markdown]
# Age matters most by far, as you would expect. Sex comes next, then diastolic blood pressure and the poverty index. The last of these is no measurement of a body at all, and yet it tells something about who dies early: a hint at how much the conditions of life decide.

# %% [markdown]
# <a name="2-2"></a>
# ### 2.2 Shapley Values for Random Forests
#
# Permutation gives one number per feature for the whole data set. Shapley values go further: they divide the prediction for *one* person among the features. The idea is from the 1950s, when it was about sharing the gain of a game fairly among its players; only lately has it been used to explain models.

# %% [markdown]
# <a name="2-2-1"></a>
# #### 2.2.1 Visualizing Feature Importance on Specific Individuals
#
# In general the time to compute Shapley values grows exponentially with the number of features, but for trees there is a way in polynomial time. The next cell draws a *force plot* for the person with the highest risk: features in red push the risk up from the average, features in blue pull it down, and the width of each says how much.

# %% nbgrader={"grade": false, "grade_id": "force-plot", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
explainer = shap.TreeExplainer(rf)
i = 0  # 0 is the person with the highest risk
person = X_test.loc[[X_test_risky.index[i]], :]
shap_value = explainer.shap_values(person)[0, :, 1]
shap.force_plot(explainer.expected_value[1], shap_value, features=person.iloc[0].round(1),
                feature_names=X_test.columns, matplotlib=True)

# %% [markdown]
# Read from the base value, the average risk, to f(x), the risk of this person. Almost everything pushes upward. Age gives the largest push by far; a high diastolic blood pressure and a low poverty index come next, with similar widths, and being a man adds some more. Nothing of weight pulls the other way. The permutation method ranks features for all people at once; here you see what they did for one. Copy the cell and change `i` to look at others.

# %% [markdown]
# <a name="2-2-2"></a>
# #### 2.2.2 Visualizing Feature Importance on Aggregate
#
# Put together, the values of all people describe the model as a whole. Computing them takes a moment.

# %% nbgrader={"grade": false, "grade_id": "shap-values", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
shap_values = shap.TreeExplainer(rf).shap_values(X_test)[:, :, 1]

# %% [markdown]
# The summary plot has one point per person in each row. Its place says how far the feature moved that person's risk, its colour whether the feature's value was low (blue) or high (red). The features are sorted by their mean absolute value.

# %% nbgrader={"grade": false, "grade_id": "summary-plot", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
shap.summary_plot(shap_values, X_test)

# %% [markdown]
# Where many points crowd together, many people get nearly the same contribution. As with the permutation method, age, sex, the poverty index and blood pressure come out on top. Higher age raises the risk; being a woman (sex = 2.0) lowers it.

# %% [markdown]
# <a name="2-2-3"></a>
# #### 2.2.3 Visualizing Interactions between Features
#
# A dependence plot shows the contribution of one feature against its value, one point per person, and colours the points by a second feature. Where people with the same value on the horizontal axis get different contributions, the colour may tell why.
#
# First age, coloured by sex.

# %% nbgrader={"grade": false, "grade_id": "dependence-age-sex", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
shap.dependence_plot("Age", shap_values, X_test, interaction_index="Sex")

# %% [markdown]
# Up to the mid fifties the values are below zero: being young lowers the estimate. They turn positive at about 58, and rise from there on. The colour tells something only if you look at both sides of that point. Above it, women (red) are mostly below men of the same age: the same years raise their risk less, which fits what we know about how long women and men live. Below 50 it is rather the other way round: youth takes more off the men's risk, since they start from a higher one. That the effect of one feature depends on another is what *interaction* means.
#
# Next the poverty index, coloured by age.

# %% nbgrader={"grade": false, "grade_id": "dependence-poverty-age", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
shap.dependence_plot("Poverty index", shap_values, X_test, interaction_index="Age")

# %% [markdown]
# The effect of the poverty index falls quickly as income rises from the bottom. Among people with higher incomes, age explains much of what is left of the spread. Try other pairs of features in a cell of your own.
#
# Congratulations! You have finished the last assignment of this course.
