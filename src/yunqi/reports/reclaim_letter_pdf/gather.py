"""What the letter says: see `yunqi.reports.reclaim_words`."""

from __future__ import annotations

from yunqi.reports.reclaim_words import gather

__all__ = ["gather"]
