"""The services without containers, and the command `pinflow`."""
