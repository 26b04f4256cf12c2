"""What the monthly operations report shows: the statement, and the obligations of the month when they are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.reports import figures
from yunqi.reports.statement_view import view_statement

_ALARMS = frozenset({"breached", "overdue", "open", "unknown", "needs_reading", "needs_adjudication"})


def gather(data: Mapping[str, Any]) -> dict[str, Any]:
    """The words and figures of the document.

    `obligations` may stand beside the statement, each with party, text, deadline, state and evidence.
    """
    view = view_statement(data)
    view["obligations"] = [_obligation(item) for item in data.get("obligations") or ()]
    clocks = [clock for incident in view["incidents"] for clock in incident["clocks"]]
    for row in [*view["levels"], *view["candidates"], *view["instalments"], *clocks]:
        _split_state(row)
    for level in view["levels"]:
        level["shown"] = "\n".join(level["alternatives"]) or level["measured"]
    for clock in clocks:
        clock["note"] = f"\n{clock['why']}" if clock["why"] else ""
    for candidate in view["candidates"]:
        needs = [candidate["needs"]] if candidate["needs"] else []
        candidate["detail"] = "".join(f"\n{line}" for line in [*needs, *candidate["alternatives"]])
    for line in view["delivery"]:
        line["note"] = "" if line["burst_average"] in {"0", figures.NONE} else f"\n临时扩容 {line['burst_average']}"
    for point in view["open_points"]:
        point["shown"] = "\n".join(point["choices"]) or figures.NONE
    return view | {"title": "政务云运维月报", "header_mark": "暂定，不得签署" if view["provisional"] else ""}


def _split_state(row: dict[str, Any]) -> None:
    # The template prints the first in bold red and the second plainly; one of them is empty.
    row["alarm"], row["calm"] = (row["state"], "") if row["code"] in _ALARMS else ("", row["state"])


def _obligation(item: Mapping[str, Any]) -> dict[str, str]:
    return {
        "party": str(item.get("party") or figures.NONE),
        "text": str(item.get("text") or item.get("name") or figures.NONE),
        "deadline": figures.day(item.get("due_on")) if item.get("due_on") else figures.limit(item.get("deadline")),
        "state": str(item.get("state") or figures.NONE),
        "evidence": str(item.get("evidence") or figures.NONE),
    }
