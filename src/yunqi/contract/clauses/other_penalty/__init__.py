"""Penalties outside the tables, and what a penalty is taken from."""
