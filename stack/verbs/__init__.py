"""The verbs of the command, one file a verb or a small group."""
