"""The embedded synthetic cohort: people who never existed, drawn to resemble NHANES I.

``python -m datagen.cohort --out source/C3M3/data/nhanes`` writes the two tables that the
lesson falls back on. ``docs/cohort.md`` describes the model and its figures.
"""
