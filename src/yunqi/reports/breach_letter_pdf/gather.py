"""What the letter says: see `yunqi.reports.breach_words`."""

from __future__ import annotations

from yunqi.reports.breach_words import gather

__all__ = ["gather"]
