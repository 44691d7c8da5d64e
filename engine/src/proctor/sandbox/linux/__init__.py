"""Linux's means of confinement, one per file; they know nothing of notebooks."""
