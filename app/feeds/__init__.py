"""Feeds: what can be listed can be subscribed to."""
