"""Yunqi 云契: a government cloud that runs to its contract."""

__version__ = "0.1.0"
