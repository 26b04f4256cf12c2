"""The plan of inspection (巡检计划)."""
