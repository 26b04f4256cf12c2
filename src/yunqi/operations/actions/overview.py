"""The overview as an action."""

from __future__ import annotations

from yunqi.operations.actions.base import Desk, action
from yunqi.operations.overview.compose import read_overview
from yunqi.wire.base import Nothing
from yunqi.wire.overview import Overview


@action("overview.read", "GET", "/overview", "查看概览", request=Nothing, answer=Overview)
def overview(desk: Desk, request: Nothing) -> Overview:
    """What is due, what is late, minutes left before each clause is broken, ranked by what it would cost."""
    del request
    return read_overview(desk)
