"""Generators of the data and the weights that the lesson ships; nothing imports this."""
