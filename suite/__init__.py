"""Canje: a loyalty suite for a network of fuel stations. `docs/ARCHITECTURE.md` is the map."""
