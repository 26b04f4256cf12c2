"""The weekly operations report with the inspection of the platform, a Word document."""
