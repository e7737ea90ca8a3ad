"""Spam: what a comment is like, going by what moderators let in and refused before. It sorts and
says why; it decides nothing. Nothing leaves the machine unless the owner
names a service to be asked."""
