"""Notices, disputes, changes and the agreed burst."""
