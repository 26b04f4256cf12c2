"""What people do with contract data after it was read: settling, correcting, amending, comparing. Pure."""
