"""Whether a name server answers for a name."""
