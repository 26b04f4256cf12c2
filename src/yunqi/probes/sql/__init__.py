"""Whether a database answers a query."""
