"""How the service is accepted."""
