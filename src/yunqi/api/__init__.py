"""The HTTP interface: routes made of the actions, errors as problem+json, long work as runs."""
