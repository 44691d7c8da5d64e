"""How strong the hidden tests are: a corpus of solutions and of mutants, and their verdicts."""
