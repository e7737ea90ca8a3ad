"""Curated resources: collections of links worth following, and where they are spoken of."""
