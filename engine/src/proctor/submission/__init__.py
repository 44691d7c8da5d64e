"""Taking a submission in: read what is there, put back what the student must not change."""
