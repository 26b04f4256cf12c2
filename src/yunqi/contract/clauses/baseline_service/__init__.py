"""Services owed without a price, and those that the text promises without a line."""
