"""From the instructor's notebook to what students get."""
