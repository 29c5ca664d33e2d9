"""Measure, as a reader would, how long after their acceptance records become visible."""
