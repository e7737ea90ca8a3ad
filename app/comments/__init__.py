"""Comments: who may write one, their numbers, what answers what."""
