"""How many small faults in a solution the tests of an assignment notice."""
