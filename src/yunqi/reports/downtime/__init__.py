"""The monthly operations report, a Word document."""
