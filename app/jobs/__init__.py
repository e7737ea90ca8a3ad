"""Jobs: what is owed is a row, leased by a worker and tried again until it is done."""
