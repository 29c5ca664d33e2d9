"""Replays: a part of the log judged again, compared with history, published as a reviewed change."""
