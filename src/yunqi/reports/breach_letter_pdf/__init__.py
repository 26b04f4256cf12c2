"""The letter of breach as PDF."""
