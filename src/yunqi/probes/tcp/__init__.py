"""Whether a port accepts a connection."""
