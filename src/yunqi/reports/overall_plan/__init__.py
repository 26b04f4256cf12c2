"""The overall plan of service (总体服务方案)."""
