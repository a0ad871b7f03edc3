"""The warehouse: prizes that were ordered, their slips, what became of them. It knows nothing else (PRZ-3, SYN-2)."""
