"""The demonstration: a small blog that is worth reading, made from the files in content/."""
