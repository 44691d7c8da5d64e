"""nbgrader's gradebook: opened, written in transactions, never left half written."""
