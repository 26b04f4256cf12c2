"""What must be handed in."""
