"""A small invented network that lives one day, through the same commands that people use."""
