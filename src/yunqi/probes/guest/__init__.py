"""Whether the agent inside a guest answers."""
