"""Commonplace, a blog-and-comments engine. Importing a rule from here imports no Flask."""
