"""What a machine offers for grading: one finding per fact, with what to do where it falls short."""
