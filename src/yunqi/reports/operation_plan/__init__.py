"""The plan of operation and service (政务云运维服务方案)."""
