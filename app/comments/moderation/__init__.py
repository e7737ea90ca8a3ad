"""Moderation: which comments wait, what members report, and what moderators do about both."""
