"""One widget shows one thing."""
