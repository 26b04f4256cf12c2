"""What each party must do."""
