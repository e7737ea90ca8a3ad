"""Posts and pages: written, scheduled, published, withdrawn."""
