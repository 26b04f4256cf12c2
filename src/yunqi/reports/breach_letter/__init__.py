"""The letter of breach as a Word document."""
