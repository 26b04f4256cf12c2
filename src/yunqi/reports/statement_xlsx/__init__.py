"""The statement as a workbook."""
