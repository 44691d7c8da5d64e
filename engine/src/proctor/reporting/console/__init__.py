"""What a class earned, for people and for other programs."""
