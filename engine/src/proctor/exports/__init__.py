"""What a class or a submission earned, in the formats of other programs; one format per file."""
