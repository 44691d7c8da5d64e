"""Files and folders: written whole or not at all, removed whatever is in them."""
