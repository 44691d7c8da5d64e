"""Warm kernels in a sandbox: a fork server inside bubblewrap, one forked kernel per notebook.

What runs inside imports the standard library only until a kernel is forked, and holds no
secret: the challenges and answers that pass through are the notebook's own.
"""
