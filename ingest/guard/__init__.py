"""What stands between the network and the forms: limits, deadlines, keys, rates, request ids, measures."""
