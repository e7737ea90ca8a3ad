"""Following: what a member is told of a conversation, by letter, once a day, or in a feed."""
