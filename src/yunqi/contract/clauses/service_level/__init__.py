"""Limits on quality and time, and key figures."""
