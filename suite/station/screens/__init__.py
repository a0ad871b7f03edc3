"""One screen is one task of one person."""
