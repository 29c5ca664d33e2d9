"""Client forms, one file each."""
