"""Tags: the words that posts are found under."""
