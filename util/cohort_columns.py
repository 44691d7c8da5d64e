"""The cohort's columns: the features of the risk model, in order, and the label."""

COLUMNS = (
    "Age",
    "Diastolic BP",
    "Poverty index",
    "Race",
    "Red blood cells",
    "Sedimentation rate",
    "Serum Albumin",
    "Serum Cholesterol",
    "Serum Iron",
    "Serum Magnesium",
    "Serum Protein",
    "Sex",
    "Systolic BP",
    "TIBC",
    "TS",
    "White blood cells",
    "BMI",
    "Pulse pressure",
)
"""The 18 features: names and order are part of the lesson. ``docs/cohort.md`` has the units."""

LABEL = "y"
"""1 for a person who died within ``HORIZON`` years of the examination, else 0."""

HORIZON = 10.0
"""Years of follow-up that the risk model looks ahead."""
