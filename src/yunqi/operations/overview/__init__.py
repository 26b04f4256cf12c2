"""The overview of each role: what is due, what is late, what it would cost; a bounded number of statements."""
