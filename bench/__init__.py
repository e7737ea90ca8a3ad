"""What is fast and how we know: `make bench`. Never part of the engine or of its tests."""
