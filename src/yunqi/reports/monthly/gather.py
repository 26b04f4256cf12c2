"""What the monthly operations report shows: the statement, and the obligations of the month when they are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from yunqi.reports import figures
from yunqi.reports.period_view import day_numbers, plot_objects
from yunqi.reports.plots import Plot, plot_clocks, plot_use
from yunqi.reports.statement_view import view_statement
from yunqi.reports.words import clock_state_word

_MINUTES = {"minute": 1, "hour": 60, "day": 24 * 60}
_RUN = frozenset({"met", "breached", "running", "open"})
_CLOCKS = {"response": "响应", "location": "定位", "arrival": "到场", "recovery": "恢复", "handling": "处理"}
_ALARMS = frozenset({"breached", "overdue", "open", "unknown", "needs_reading", "needs_adjudication"})


def gather(data: Mapping[str, Any]) -> dict[str, Any]:
    """The words and figures of the document.

    Beside the statement may stand `obligations`, each with party, text, deadline, state and evidence, and `days`: how
    each object was seen day by day.
    """
    view = view_statement(data)
    view["obligations"] = [_obligation(item) for item in data.get("obligations") or ()]
    clocks = [clock for incident in view["incidents"] for clock in incident["clocks"]]
    for row in [*view["levels"], *view["candidates"], *view["instalments"], *view["grounds"], *clocks]:
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
    return view | {
        "title": "政务云运维月报",
        "header_mark": "暂定，不得签署" if view["provisional"] else "",
        "plot_days": _plot_days(data.get("days")),
        "plot_use": plot_use("占用与合同量", [line for line in data["delivery"] if line["average"] is not None]),
        "plot_clocks": plot_clocks("各起故障的用时与限时", _clock_rows(data["incidents"])),
    }


def _plot_days(days: Mapping[str, Any] | None) -> Plot | None:
    if not days:
        return None
    return plot_objects("各对象逐日可用情况", day_numbers(days["starts"]), days["objects"])


def _clock_rows(incidents: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Response, location, arrival and recovery of each incident, whose clock has one limit in minutes."""
    for incident in incidents:
        for clock in incident["clocks"]:
            limit = clock.get("limit") or {}
            unit = _MINUTES.get(str(limit.get("unit")))
            if unit is None:
                continue
            known = clock.get("minutes") is not None and clock["state"] in _RUN
            said = figures.minutes(str(clock["minutes"])) if known else clock_state_word(str(clock["state"]))
            name = _CLOCKS.get(str(clock["name"]), str(clock["name"]))
            yield {
                "label": f"{str(incident['number']).removeprefix('INC-')} {name}",
                "minutes": str(clock["minutes"]) if known else None,
                "limit_minutes": str(Fraction(str(limit["count"])) * unit),
                "said": f"{said} / {figures.limit(limit)}",
            }


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
