"""Deductions from a score, what part of the fee a score earns, and parts of a month's fee that are given back."""
