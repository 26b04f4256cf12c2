"""The information systems served."""
