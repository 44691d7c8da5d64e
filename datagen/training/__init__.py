"""Training of the lesson's network on freshly drawn radiographs: draw, train, export."""
