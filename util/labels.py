"""The fourteen findings of the NIH ChestX-ray14 label set, in the order of the model's output."""

LABELS: tuple[str, ...] = (
    "Cardiomegaly",
    "Emphysema",
    "Effusion",
    "Hernia",
    "Infiltration",
    "Mass",
    "Nodule",
    "Atelectasis",
    "Pneumothorax",
    "Pleural_Thickening",
    "Pneumonia",
    "Fibrosis",
    "Edema",
    "Consolidation",
)
"""Wang et al., "ChestX-ray8: Hospital-scale Chest X-ray Database", CVPR 2017."""
