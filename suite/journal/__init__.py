"""What the network remembers: entry bytes, the hash chain, signatures, verified admission. Pure."""
