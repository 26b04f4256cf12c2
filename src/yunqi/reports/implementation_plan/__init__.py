"""The plan of implementation (项目实施方案)."""
