"""Upkeep of the lake and of Postgres: fewer and larger files, no content changed."""
