"""Members: who they are, how they join and sign in, and their standing."""
