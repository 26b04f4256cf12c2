"""The letter of reclaim as PDF."""
