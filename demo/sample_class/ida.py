# An endless loop in exercise 1.
# like: ada
# %% UNQ_C1
def grad_cam(input_model, image, category_index, layer_name):
    while True:
        pass
