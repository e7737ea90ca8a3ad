"""Pictures, recordings and other files that authors add."""
