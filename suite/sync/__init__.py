"""What travels between nodes: a bundle, the same bytes on a stick or over HTTP."""
