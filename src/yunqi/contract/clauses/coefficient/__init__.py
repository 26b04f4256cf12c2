"""Breaches that cost a multiple of the monthly fee."""
