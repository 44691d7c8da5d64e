"""Linux's confinement mechanisms, one per file, independent of notebooks."""
