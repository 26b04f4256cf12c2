"""The monthly security inspection (安全巡检月报)."""
