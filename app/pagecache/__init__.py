"""Finished answers in front of Flask, and the content version by which they stay fresh."""
