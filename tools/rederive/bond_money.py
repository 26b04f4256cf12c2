"""What a bond secures, by its deeds."""

from __future__ import annotations

from datetime import date, datetime

from .calendar_time import day_of, read_instant
from .chain import Ledger

BOND_DEEDS = frozenset(f"bond.{deed}" for deed in ("received", "topped_up", "extended", "drawn", "released"))


def bond_held(ledger: Ledger, known: str, end_at: datetime) -> int | None:
    """What of the bond secures at the month's end, before statements take from it; None when none was handed in.

    By letter of guarantee ("" for money): what is left, and its last day, after which it secures nothing.
    """
    deeds = [
        (str(one["payload"]["on"]), str(one["id"]), one["kind"].partition(".")[2], one["payload"])
        for one in ledger.facts
        if one["kind"] in BOND_DEEDS and one["recorded_at"] <= known and read_instant(one["at"]) < end_at
    ]
    left, last_day = dict[str, int](), dict[str, str | None]()
    for on, _id, kind, said in sorted(deeds, key=lambda one: one[:2]):
        paper, fen = str(said.get("guarantee") or ""), int(said.get("amount_fen") or 0)
        if kind in {"received", "topped_up"}:
            left[paper] = left.get(paper, 0) + fen
            last_day[paper] = said.get("expires_on") or last_day.get(paper)
        elif kind == "extended" and paper in left:
            last_day[paper] = said.get("expires_on")
        elif kind == "released" or (kind == "drawn" and not said.get("statement")):
            among = [paper] if paper and paper in left else list(left)
            for name in among:
                if kind == "drawn" and (last_day[name] or on) < on:
                    continue
                part = min(fen, left[name])
                left[name], fen = left[name] - part, fen - part
    today = date.fromordinal(day_of(end_at).toordinal() - 1).isoformat()
    valid = [fen for name, fen in left.items() if (last_day[name] or today) >= today]
    return sum(valid) if deeds else None
