"""Next year's requirements as a workbook."""
