"""What would make sense in another project: time, database, text, tokens, refusals."""
