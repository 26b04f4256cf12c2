"""What excuses a party."""
