"""What every node beside central is: invited, keyed, with a journal of its own, and in exchange with central."""
