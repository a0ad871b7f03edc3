"""What the business decides: values in, events or a Refusal out. No I/O, no clock, no randomness."""
