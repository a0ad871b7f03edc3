"""From keys to a card: pure decoding of what a keyboard-wedge reader types."""
