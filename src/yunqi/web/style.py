"""Example data of the style guide's second page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from yunqi.web.diffs import compare
from yunqi.web.pieces import Deadline, Happening, Words
from yunqi.web.plots import Bar, Heatmap, Limit, Plot, Series, Timeline
from yunqi.wire.base import Run

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_POINTS, _GAP = 49, range(20, 24)


def make_examples(say: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """Everything that the page shows."""
    start = (now - 24 * _HOUR).replace(minute=0, second=0, microsecond=0)
    use = [(start + place * _HOUR / 2, None if place in _GAP else (place * 37) % 61 + 20) for place in range(_POINTS)]
    days = [f"{number:02d}" for number in range(1, 32)]
    systems = [say["row_name"], say["mail"], say["owner"]]
    return {
        "line": Plot(
            say["use"],
            "area",
            (Series(say["row_name"], use),),
            unit="%",
            x_head=say["at"],
            limits=(Limit(say["limit"], 80),),
            least=0,
            most=100,
        ),
        "bars": Plot(
            say["month_fee"],
            "bar",
            (
                Series(
                    say["fee"], [(f"2026-{month:02d}", Fraction(40377_36 + month * 1999, 100)) for month in range(1, 7)]
                ),
            ),
            x_head=say["month"],
        ),
        "heat": Heatmap(
            say["outages"],
            systems,
            days,
            [
                [(row * 7 + column * 5) % 11 if (row + column) % 4 == 0 else 0 for column in range(31)]
                for row in range(3)
            ],
            bad=True,
        ),
        "spans": Timeline(
            say["day_verdicts"],
            start,
            start + 24 * _HOUR,
            [
                Bar(systems[0], start, start + 9 * _HOUR, say["up"], "green"),
                Bar(systems[0], start + 9 * _HOUR, start + 9 * _HOUR + 35 * _MINUTE, say["down"], "red"),
                Bar(systems[0], start + 9 * _HOUR + 35 * _MINUTE, start + 24 * _HOUR, say["up"], "green"),
                Bar(systems[1], start, start + 20 * _HOUR, say["up"], "green"),
                Bar(systems[1], start + 20 * _HOUR, start + 24 * _HOUR, say["unknown"], "orange"),
            ],
            heads=(say["name"], say["at"], say["at"], say["phase"]),
        ),
        "happenings": [
            Happening(now - 70 * _MINUTE, say["reported"], say["person_1"], say["reported_note"], "red"),
            Happening(now - 62 * _MINUTE, say["responded"], say["person_2"], colour="orange"),
            Happening(now - 5 * _MINUTE, say["arrived"], say["person_2"], colour="blue"),
        ],
        "dues": [
            Deadline(say["responded"], now - 55 * _MINUTE, now - 70 * _MINUTE, now - 62 * _MINUTE, say["clause"]),
            Deadline(say["arrived"], now + 23 * _MINUTE, now - 97 * _MINUTE, None, say["clause"], say["cost"], "#"),
            Deadline(say["up"], now + 51 * _HOUR, now, None, say["clause"]),
            Deadline(say["paper"], now - 3 * _HOUR, None, None, say["clause"], say["cost"]),
        ],
        "changes": compare(
            {say["level"]: say["old_level"], say["term"]: "2026-01-01 – 2026-12-31"},
            {say["level"]: say["new_level"], say["term"]: "2026-01-01 – 2027-06-30", say["penalty"]: "1%"},
            {say["level"]: say["level"], say["term"]: say["term"]},
        ),
        "run": Run(
            id="run-1", action="contract.import", state="failed", note=say["running"], done=1, total=3, opened_at=now
        ),
    }


def make_source(say: Mapping[str, str]) -> Words:
    """The words behind a figure."""
    return Words(
        words=say["exact"],
        document=say["doc"],
        article=say["clause"],
        before=say["before"],
        after=say["after"],
        sm3="66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
        reading=say["reading"],
    )
