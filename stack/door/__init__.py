"""Measure the door and put it to the test, over a Kafka of its own."""
