"""Dead letters: records that were refused, seen, explained, repaired, sent again."""
