"""The posting emulator: posts are made, dirtied, and sent as real clients send them."""
