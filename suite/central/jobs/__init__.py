"""Work that falls due: month close, settlement. Idempotent, keyed by period."""
