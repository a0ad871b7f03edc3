"""The machine under a node: clock, database opening, configuration, texts, secrets, paths."""
