"""Sales taken from the files of the pump's or the shop's POS: read, kept as pending tickets, claimed by a swipe."""
