"""Paper: domain values in, PDF bytes out."""
