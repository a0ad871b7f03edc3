"""The central node: the office that merges, closes, settles and prints."""
