"""What people read: pages for students and instructors, and what a run prints."""
