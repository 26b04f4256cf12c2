"""The letter of reclaim as a Word document."""
