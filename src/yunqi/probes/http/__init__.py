"""Whether a page is served."""
