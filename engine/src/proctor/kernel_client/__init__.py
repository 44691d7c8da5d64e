"""A Jupyter client for kernels that may be hostile: bounded, and read by parsers of our own."""
