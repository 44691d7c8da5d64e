"""The lessons as reviewable scripts, and the command that keeps notebooks in sync with them."""
