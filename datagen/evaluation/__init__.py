"""Measurement of the shipped network on radiographs it has never seen, and the model card."""
