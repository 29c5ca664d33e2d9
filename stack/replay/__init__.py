"""The steps of a replay against a running stack: plan, run, diff, publish or discard, undo; and what-if."""
