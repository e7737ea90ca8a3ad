"""Stats: what was read, where readers came from, how many subscribe. Nobody is followed."""
