"""Ways in for a card beside the terminal's keys: a serial port, the whole desktop; which one this station uses."""
