"""What runs inside of the sandbox, beside student code or before it."""
