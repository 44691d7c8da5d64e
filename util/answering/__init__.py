"""Call the exercises' functions on cases with known answers, and record what they do."""
