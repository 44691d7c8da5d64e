"""The printed original's own code runs on our package, with the printed shapes and types.

The cells are typed in as printed, slips of the scan corrected and pictures renamed to ours; the
one change of substance is the shape that newer releases of SHAP return.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

CELLS = {
    "imports": """
import matplotlib; matplotlib.use("Agg")
import keras
import matplotlib.pyplot as plt
import pandas as pd
import numpy as np
import cv2
import sklearn
import lifelines
import shap
from util import *""",
    "load": """
path = "./"
model = load_C3M3_model(path)
print(model.count_params(), len(model.layers))""",
    "image": """
IMAGE_DIR = 'data/nih_new/images-small/'
df = pd.read_csv('data/nih_new/train-small.csv')
im_path = IMAGE_DIR + 'SYN00901_000.png'
x = load_image(im_path, df, preprocess=False)
plt.imshow(x, cmap = 'gray')
plt.show()""",
    "mean": "mean, std = get_mean_std_per_batch(IMAGE_DIR, df)",
    "predict": """
labels = ['Cardiomegaly', 'Emphysema', 'Effusion', 'Hernia', 'Infiltration', 'Mass', 'Nodule',
          'Atelectasis', 'Pneumothorax', 'Pleural_Thickening', 'Pneumonia', 'Fibrosis', 'Edema',
          'Consolidation']
processed_image = load_image_normalize(im_path, mean, std)
preds = model.predict(processed_image)
pred_df = pd.DataFrame(preds, columns = labels)
pred_df.loc[0, :].plot.bar()
plt.title("Predictions")
plt.show()
print(pred_df.shape)""",
    "summary": "model.summary()",
    "maps": """
spatial_maps = model.get_layer('conv5_block16_concat').output
print(spatial_maps)
get_spatial_maps = K.function([model.input], [spatial_maps])
print(get_spatial_maps)
x = load_image_normalize(im_path, mean, std)
print(f"x is of type {type(x)}")
print(f"x is of shape {x.shape}")
spatial_maps_x_l = get_spatial_maps([x])
print(f"spatial_maps_x_l is of type {type(spatial_maps_x_l)}")
print(f"spatial_maps_x_l is has length {len(spatial_maps_x_l)}")
spatial_maps_x = spatial_maps_x_l[0]
print(f"spatial_maps_x is of type {type(spatial_maps_x)}")
print(f"spatial_maps_x is of shape {spatial_maps_x.shape}")
spatial_maps_x = spatial_maps_x[0] # equivalent to spatial_maps_x[0,:]
print(f"spatial_maps_x without the batch dimension has shape {spatial_maps_x.shape}")""",
    "gradient": """
output_with_batch_dim = model.output
print(f"Model output includes batch dimension, has shape {output_with_batch_dim.shape}")
output_all_categories = output_with_batch_dim[0]
print(f"The output for all 14 categories of disease has shape {output_all_categories.shape}")
y_category_0 = output_all_categories[0]
print(f"The Cardiomegaly output is at index 0, and has shape {y_category_0.shape}")
gradient_l = K.gradients(y_category_0, spatial_maps)
print(f"gradient_l is of type {type(gradient_l)} and has length {len(gradient_l)}")
gradient = gradient_l[0]
print(gradient)
get_gradient = K.function([model.input], [gradient])
grad_x_l = get_gradient([x])
print(f"grad_x_l is of type {type(grad_x_l)} and length {len(grad_x_l)}")
grad_x_with_batch_dim = grad_x_l[0]
print(f"grad_x_with_batch_dim is type {type(grad_x_with_batch_dim)} and shape {grad_x_with_batch_dim.shape}")
grad_x = grad_x_with_batch_dim[0]
print(f"grad_x is type {type(grad_x)} and shape {grad_x.shape}")""",
    "both": """
get_spatial_maps_and_gradient = K.function([model.input], [spatial_maps, gradient])
tensor_eval_l = get_spatial_maps_and_gradient([x])
print(f"tensor_eval_l is type {type(tensor_eval_l)} and length {len(tensor_eval_l)}")
spatial_maps_x_with_batch_dim, grad_x_with_batch_dim = tensor_eval_l
print(f"spatial_maps_x_with_batch_dim has shape {spatial_maps_x_with_batch_dim.shape}")
print(f"grad_x_with_batch_dim has shape {grad_x_with_batch_dim.shape}")
spatial_maps_x = spatial_maps_x_with_batch_dim[0]
grad_x = grad_x_with_batch_dim[0]""",
    "grad_cam": """
def grad_cam(input_model, image, category_index, layer_name):
    cam = None
    output_with_batch_dim = input_model.output
    output_all_categories = output_with_batch_dim[0]
    y_c = output_all_categories[category_index]
    spatial_map_layer = input_model.get_layer(layer_name).output
    grads_l = K.gradients(y_c, spatial_map_layer)
    grads = grads_l[0]
    spatial_map_and_gradient_function = K.function([input_model.input], [spatial_map_layer, grads])
    spatial_map_all_dims, grads_val_all_dims = spatial_map_and_gradient_function([image])
    spatial_map_val = spatial_map_all_dims[0]
    grads_val = grads_val_all_dims[0]
    weights = np.mean(grads_val, axis=(0,1))
    cam = np.dot(spatial_map_val, weights)
    H, W = image.shape[1], image.shape[2]
    cam = np.maximum(cam, 0) # ReLU so we only get positive importance
    cam = cv2.resize(cam, (W, H), cv2.INTER_NEAREST)
    cam = cam / cam.max()
    return cam
cam = grad_cam_test(grad_cam, model, im_path, mean, std)
from proctor.checks import examine
examine("grad_cam", globals(), points=10)
plt.imshow(load_image(im_path, df, preprocess=False), cmap='gray')
plt.imshow(cam, cmap='magma', alpha=0.5)
plt.show()""",
    "compute_gradcam": """
def compute_gradcam(model, img, mean, std, data_dir, df,
                    labels, selected_labels, layer_name='conv5_block16_concat'):
    img_path = data_dir + img
    preprocessed_input = load_image_normalize(img_path, mean, std)
    predictions = model.predict(preprocessed_input)
    print("Ground Truth: ", ", ".join(np.take(labels, np.nonzero(df[df["Image"] == img][labels].values[0]))[0]))
    plt.figure(figsize=(15, 10))
    plt.subplot(151)
    plt.title("Original")
    plt.axis('off')
    plt.imshow(load_image(img_path, df, preprocess=False), cmap='gray')
    j = 1
    for i in range(len(labels)):
        if labels[i] in selected_labels:
            gradcam = grad_cam(model, preprocessed_input, i, layer_name)
            print("Generating gradcam for class %s (p=%2.2f)" % (labels[i], round(predictions[0][i], 3)))
            plt.subplot(151 + j)
            plt.title(labels[i] + ": " + str(round(predictions[0][i], 3)))
            plt.axis('off')
            plt.imshow(load_image(img_path, df, preprocess=False), cmap='gray')
            plt.imshow(gradcam, cmap='magma', alpha=min(0.5, predictions[0][i]))
            j +=1
from proctor.checks import examine
examine("compute_gradcam", globals(), points=10)
labels_to_show = ['Cardiomegaly', 'Mass', 'Edema']
compute_gradcam(model, 'SYN00904_000.png', mean, std, IMAGE_DIR, df, labels, labels_to_show)""",
    "risk": """
rf, X_test, y_test = load_C3M3_risk_model(path)
cindex_test = cindex(y_test, rf.predict_proba(X_test)[:, 1])
print("Model C-index on test: {}".format(cindex_test))
X_test_risky = X_test.copy(deep=True)
X_test_risky.loc[:, 'risk'] = rf.predict_proba(X_test)[:, 1] # Predicting our risk.
X_test_risky = X_test_risky.sort_values(by='risk', ascending=False) # Sorting by risk value.
print(X_test_risky.head().shape)
print(list(X_test.columns))""",
    "permute": """
def permute_feature(df, feature):
    permuted_df = df.copy(deep=True) # Make copy so we don't change original df
    permuted_features = np.random.permutation(df[feature])
    permuted_df[feature] = permuted_features
    return permuted_df
permute_feature_test(permute_feature)
from proctor.checks import examine
examine("permute_feature", globals(), points=10)""",
    "importance": """
def permutation_importance(X, y, model, metric, num_samples = 100):
    importances = pd.DataFrame(index = ['importance'], columns = X.columns)
    baseline_performance = metric(y, model.predict_proba(X)[:, 1])
    for feature in importances.columns: # complete this line
        feature_performance_arr = np.zeros(num_samples)
        for i in range(num_samples): # complete this line
            perm_X = permute_feature(X, feature)
            feature_performance_arr[i] = metric(y, model.predict_proba(perm_X)[:, 1])
        importances[feature]['importance'] = abs(baseline_performance-np.mean(feature_performance_arr))
    return importances
permutation_importance_test(permutation_importance, cindex)
from proctor.checks import examine
examine("permutation_importance", globals(), points=10)
importances = permutation_importance(X_test, y_test, rf, cindex, num_samples=2)
print("importances", importances.shape, bool(importances.notna().all().all()))
importances.T.plot.bar()
l = plt.legend()
l.remove()""",
    "shap": """
explainer = shap.TreeExplainer(rf)
i = 0 # Picking an individual
shap_value = explainer.shap_values(X_test.loc[X_test_risky.index[i], :])[:, 1]
shap.force_plot(explainer.expected_value[1], shap_value, feature_names=X_test.columns, matplotlib=True)
shap_values = shap.TreeExplainer(rf).shap_values(X_test.head(200))[:, :, 1]
print("shap", shap_values.shape)
shap.summary_plot(shap_values, X_test.head(200))
shap.dependence_plot('Age', shap_values, X_test.head(200), interaction_index = 'Sex')
shap.dependence_plot('Poverty index', shap_values, X_test.head(200), interaction_index='Age')""",
}

RUNNER = """
import json, sys
names = {}
for name, source in json.load(sys.stdin).items():
    print(f"== {name}", flush=True)
    exec(compile(source, name, "exec"), names)
"""

PRINTED = {
    "load": "Got loss weights\nLoaded DenseNet\nAdded layers\nCompiled Model\nLoaded Weights\n7051854 428",
    "predict": "(1, 14)",
    "summary": "7,051,854",
    "maps": """x is of type <class 'numpy.ndarray'>
x is of shape (1, 320, 320, 3)
spatial_maps_x_l is of type <class 'list'>
spatial_maps_x_l is has length 1
spatial_maps_x is of type <class 'numpy.ndarray'>
spatial_maps_x is of shape (1, 10, 10, 1024)
spatial_maps_x without the batch dimension has shape (10, 10, 1024)""",
    "gradient": """grad_x_l is of type <class 'list'> and length 1
grad_x_with_batch_dim is type <class 'numpy.ndarray'> and shape (1, 10, 10, 1024)
grad_x is type <class 'numpy.ndarray'> and shape (10, 10, 1024)""",
    "both": """tensor_eval_l is type <class 'list'> and length 2
spatial_maps_x_with_batch_dim has shape (1, 10, 10, 1024)
grad_x_with_batch_dim has shape (1, 10, 10, 1024)""",
    "grad_cam": "All tests passed.",
    "compute_gradcam": "Generating gradcam for class Edema (p=",
    "risk": "'White blood cells', 'BMI', 'Pulse pressure']",
    "permute": "Average of col1:",
    "importance": "importances (1, 18) True",
    "shap": "shap (200, 18)",
}


@pytest.fixture(scope="module")
def printed() -> dict[str, str]:
    """What each cell printed."""
    done = subprocess.run(
        [sys.executable, "-c", RUNNER],
        cwd=ROOT / "source" / "C3M3",
        input=json.dumps(CELLS),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-3000:]
    parts = done.stdout.split("== ")[1:]
    return dict(part.split("\n", 1) for part in parts)


@pytest.mark.slow
@pytest.mark.parametrize("name", PRINTED)
def test_a_printed_cell_prints_what_it_did(printed, name):
    assert PRINTED[name] in printed[name]
