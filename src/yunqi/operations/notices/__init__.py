"""Telling of incidents: by mail, short message and group robots, with receipts, in the contract's time."""
