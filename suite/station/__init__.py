"""A station node: the attendant's screen and the commands behind it."""
