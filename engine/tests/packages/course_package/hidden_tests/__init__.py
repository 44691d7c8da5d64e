"""What notebooks must not find."""
