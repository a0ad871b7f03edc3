"""Our figures beside a floor measured in the same run. A ratio is a fact; an absolute time is the machine's mood."""
