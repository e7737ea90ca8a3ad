"""Whether the addresses of resources still lead somewhere, found out with patience."""
