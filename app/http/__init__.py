"""What the doors share: who is asking, forms, headers, errors, conditional answers."""
