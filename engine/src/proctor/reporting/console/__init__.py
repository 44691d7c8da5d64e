"""Progress, results and log of a run, for people and for other programs."""
