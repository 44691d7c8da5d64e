"""Warm kernels in a sandbox: a fork server inside bubblewrap, one forked kernel per notebook.

The code inside imports only the standard library until a kernel is forked, and holds no secrets:
the challenges and answers that pass through it belong to the notebook.
"""
