"""The priced items."""
