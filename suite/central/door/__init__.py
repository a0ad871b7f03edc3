"""Central's door for stations with a link: the bundles of the sticks, over HTTP."""
