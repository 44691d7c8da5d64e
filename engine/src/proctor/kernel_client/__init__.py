"""A Jupyter client for kernels that may be hostile: bounded, and with parsers of its own."""
