"""What must be kept secret, returned, and for how long."""
