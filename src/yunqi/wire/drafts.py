"""Drafts on the wire."""

from __future__ import annotations

from yunqi.wire.base import Answer


class DraftCheck(Answer):
    """Paths of a contract's data: left to fill in; not the same when the draft is read back (mostly none)."""

    gaps: tuple[str, ...]
    losses: tuple[str, ...]
