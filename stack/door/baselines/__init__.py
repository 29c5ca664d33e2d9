"""Services to measure the door against: each the least that does the work, in one way of doing it."""
