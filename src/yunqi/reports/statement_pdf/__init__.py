"""The statement as PDF/A, with its trace."""
