"""The site: what the owner may set, and the shape of every address."""
