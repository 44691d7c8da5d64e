"""How strong the hidden tests are: a corpus of solutions and mutants, each with its deserved verdict."""
