"""Definitions that both sides of the sandbox must agree on."""
