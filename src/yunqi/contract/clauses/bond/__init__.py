"""The performance bond."""
