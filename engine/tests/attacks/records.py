"""Attacks on what is recorded of a call: what it called, and what it left of its arguments.

Records are made on the test's side. These attacks would change them where they were made inside the
student's process: by a function of the course's that is replaced there, or by a stand-in that is
found. They need the lesson's own exercises; the tiny course records nothing.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass


@dataclass(frozen=True)
class Forgery:
    """One wrong solution whose record is forged.

    Attributes:
        name: Short, unique.
        exercise: Name of the exercise's function.
        tries: What it tries, as a sentence without subject.
        wrong: The solution; by itself it earns nothing.
        forged: What is run before it, or after it, to be told right.
    """

    name: str
    exercise: str
    tries: str
    wrong: str
    forged: str


_DRAWS = """
def compute_gradcam(model, img, mean, std, data_dir, df, labels, selected_labels, layer_name=""):
    image = {image}
    for place, label in enumerate(labels):
        if label in selected_labels:
            plt.figure()
            plt.title(label)
            plt.imshow(grad_cam(model, image, place, layer_name))
"""
_MEASURES = """
def permutation_importance(X, y, model, metric, num_samples=100):
    {before}
    importances = pd.DataFrame(index=["importance"], columns=X.columns)
    baseline = metric(y, model.predict_proba(X)[:, 1])
    for feature in X.columns:
        scores = [
            metric(y, model.predict_proba(permute_feature(X, feature))[:, 1])
            for _ in range(num_samples)
        ]
        importances.loc["importance", feature] = abs(baseline - np.mean(scores))
    {after}
    return importances
"""
_RAW = _DRAWS.format(image="np.zeros((1, 48, 64, 3), np.float32)")
_ALWAYS_EQUAL = "np.array_equal = lambda *a, **k: True"

FORGERIES = [
    Forgery(
        "raw-image",
        "compute_gradcam",
        "makes every picture equal to the preprocessed one",
        _RAW,
        _ALWAYS_EQUAL,
    ),
    Forgery(
        "whole-record",
        "compute_gradcam",
        "puts a function of its own in the place of the one that watches, and does nothing itself",
        "def compute_gradcam(*a, **k):\n    pass",
        """
        import util.answering.compute_gradcam as watching
        import util.answering.stage as stage
        def forged(*a, **k):
            return {"calls": [], "panels": []}, None
        watching.watch = watching.answer = forged
        stage.Stage.panels = lambda self, height, width: [
            {"title": label, "images": 2, "layers": [np.eye(height, width).reshape(1, -1)]}
            for label in ("Edema", "Mass", "Cardiomegaly", "Atelectasis")
        ]
        """,
    ),
    Forgery(
        "spy-found",
        "compute_gradcam",
        "finds the stand-in for grad_cam and corrects what it remembers of the picture",
        _RAW,
        """
        _own = compute_gradcam
        def compute_gradcam(*a, **k):
            spy, result = grad_cam, _own(*a, **k)
            for call in spy.calls:
                call["image"] = True
            return result
        """,
    ),
    Forgery(
        "another-function",
        "permute_feature",
        "has another function than its own watched",
        "def permute_feature(df, feature):\n    return df",
        """
        import util.answering.permute_feature as watching
        def fair(df, feature):
            out = df.copy()
            out[feature] = np.random.permutation(df[feature].to_numpy())
            return out
        own = watching.answer
        watching.answer = lambda function, *a: own(fair, *a)
        """,
    ),
    Forgery(
        "argument-spoilt",
        "permutation_importance",
        "spoils its argument and makes every array equal to what it was",
        _MEASURES.format(before="pass", after="X[:] = 0"),
        _ALWAYS_EQUAL,
    ),
    Forgery(
        "refit-forgotten",
        "permutation_importance",
        "fits the model again and sets its count of fits back",
        _MEASURES.format(before="model.fit(X, y)", after="pass"),
        """
        _own = permutation_importance
        def permutation_importance(X, y, model, metric, num_samples=100):
            result = _own(X, y, model, metric, num_samples)
            model.fitted = 0
            return result
        """,
    ),
]


def code_of(forgery: Forgery, *, forged: bool) -> str:
    """The text of a notebook's cells, with the forgery or without it."""
    return f"{forgery.wrong}\n{textwrap.dedent(forgery.forged) if forged else ''}"
