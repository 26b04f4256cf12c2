"""The total and its payment in parts."""
