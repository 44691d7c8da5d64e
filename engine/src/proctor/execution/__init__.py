"""Executing a submission and writing down what it earned."""
