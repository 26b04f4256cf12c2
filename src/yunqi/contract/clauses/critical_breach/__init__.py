"""Breaches that end the contract."""
