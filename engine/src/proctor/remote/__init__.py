"""Calls between a test and the student's process: plain data by value, all else by reference."""
