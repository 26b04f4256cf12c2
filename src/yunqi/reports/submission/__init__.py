"""What is submitted to the administration and the supervisor (报送材料)."""
