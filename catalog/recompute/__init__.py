"""The cleaning rules once more, in plain Python, so that a fault in the SQL cannot hide itself."""
