"""Write files atomically, and remove folders whatever is in them."""
