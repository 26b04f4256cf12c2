"""What an early end gives back, worked out again: the price less what was served, against what was paid.

Each way of counting is worked out by itself: day by day of the calendar, month by month from the first day on.
Source: 民法典 第201–202条 (days and months), 第565–566条 (what an ended contract gives back).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from .agreed import agreed_answers
from .calendar_time import BEIJING, day_of, midnight, months_on, read_instant, write_instant
from .chain import Ledger
from .clauses import Clauses, round_half_up
from .findings import Findings
from .month_case import version_at

Data = Mapping[str, Any]
DAY = timedelta(days=1)
EVERYTHING = "everything"


def check_refunds(ledger: Ledger, contract: Data, registers: Data, taken: Mapping[str, int], found: Findings) -> None:
    """Blames each figure of a refund that comes to something else here, and each refund that lacks or is too many.

    `taken`: what the statements take from instalments, in fen by source. An export made before refunds went out with it
    is noted.
    """
    if "refunds" not in registers:
        if _early_exits(ledger):
            found.note("refund.absent", "registers.json", "导出包中没有提前终止的退款，未复算")
        return
    left = _early_exits(ledger)
    for row in registers["refunds"]:
        place = f"refund {row['exit']}"
        opened = left.pop(row["exit"], None)
        if opened is None:
            found.blame("refund.unknown", place, "链中没有这一提前终止")
            continue
        said = opened["payload"]["data"]
        if (row["left_on"], row["ground"]) != (said["left_on"], said.get("ground")):
            found.blame("refund.changed", place, "最后服务日或终止理由与链中所记不同")
        _compare(row, compute_refund(ledger, contract, registers, row, taken), place, found)
    found.blame_all("refund.missing", (f"refund {name}" for name in left), "链中有这一提前终止，没有导出其退款")


def _early_exits(ledger: Ledger) -> dict[str, Data]:
    gone = {one["subject"] for one in ledger.of_kind("exit.withdraw")}
    return {
        one["subject"]: one
        for one in ledger.of_kind("exit.opened")
        if one["subject"] not in gone
        and one["payload"]["data"].get("cause") == "termination"
        and one["payload"]["data"].get("left_on")
    }


def _compare(row: Data, here: Data, place: str, found: Findings) -> None:
    for name in sorted({*row, *here} - {"exit", "left_on", "ground", "known_at", "ways"}):
        if row.get(name) != here.get(name):
            found.blame(f"refund.{name}", place, f"写明 {row.get(name)}，复算为 {here.get(name)}")
    there, mine = row.get("ways") or {}, here.get("ways") or {}
    for way in sorted({*there, *mine}):
        said = None if way not in there else (Fraction(there[way][0]), Fraction(there[way][1]), there[way][2])
        if said != mine.get(way):
            found.blame(f"refund.way.{way}", place, f"写明 {said}，复算为 {mine.get(way)}")


def compute_refund(
    ledger: Ledger, contract: Data, registers: Data, row: Data, taken: Mapping[str, int]
) -> dict[str, Any]:
    """The figures of one refund, of the day and the ground that its row names, as known at its instant."""
    known, left_on = str(row["known_at"]), date.fromisoformat(row["left_on"])
    texts = _texts(contract, registers, left_on, known)
    data = texts[-1][1]
    offset = sum(fen for source, fen in taken.items() if source.startswith("instalment:"))
    paid = offset + sum(int(one["payload"]["amount_fen"]) for one in ledger.of_kind("payment.made", known))
    head = {"total_fen": data.get("total_fen"), "paid_fen": paid, "offset_fen": offset}
    agreed = agreed_answers(registers, known, known).get("exit.refund")
    if agreed == EVERYTHING or _gives_all_back(data, row["ground"]):
        whole = {EVERYTHING: (Fraction(1), Fraction(paid), paid)}
        return {**head, "ways": whole, "chosen": EVERYTHING, "amount_fen": paid}
    signed_on = _effective(ledger, contract, registers)
    start, end, months = _term(data, signed_on)
    if start is None or end is None or head["total_fen"] is None:
        return {**head, "ways": {}, "chosen": None, "amount_fen": None}
    if not start - DAY <= left_on <= end:
        return {"problem": "exit.left_on"}
    total = int(head["total_fen"])
    rests = {way: part * total for way, part in _parts(start, end, left_on, months).items()}
    by_texts = _by_texts(texts, left_on, signed_on)
    if by_texts is not None:
        rests["texts"] = by_texts
    ways = {
        way: (Fraction(0) if not total else rest / total, rest, round_half_up(paid - (total - rest)))
        for way, rest in rests.items()
    }
    chosen = "days" if agreed == "texts" and by_texts is None else agreed
    if chosen not in ways:
        same = "months" in ways and len({one[2] for one in ways.values()}) == 1
        chosen = next(iter(ways)) if same else None
    return {**head, "ways": ways, "chosen": chosen, "amount_fen": None if chosen is None else ways[chosen][2]}


def _texts(contract: Data, registers: Data, left_on: date, known: str) -> list[tuple[date | None, Data]]:
    """The texts in force up to the begin of the last day of service, each since when; that which holds then last."""
    starts = sorted(
        {one["valid_from"] for one in registers["versions"] if day_of(read_instant(one["valid_from"])) <= left_on}
    )
    texts: list[tuple[date | None, Data]] = [(None, contract)]
    texts += [(day_of(read_instant(at)), version_at(contract, registers, at, known)) for at in starts]
    texts[-1] = (texts[-1][0], version_at(contract, registers, write_instant(midnight(left_on)), known))
    return texts


def _effective(ledger: Ledger, contract: Data, registers: Data) -> date | None:
    if contract.get("signed_on"):
        return date.fromisoformat(contract["signed_on"])
    signed = [one["at"] for one in ledger.of_kind("contract.signed") if one["payload"]["data_sm3"] is not None]
    if not signed or registers["state"] != "signed":
        return None
    return read_instant(max(signed)).astimezone(BEIJING).date()


def _term(data: Data, signed_on: date | None) -> tuple[date | None, date | None, Fraction | None]:
    said = data if data.get("signed_on") or signed_on is None else {**data, "signed_on": signed_on.isoformat()}
    law = Clauses(said, {})
    return law.start_on, law.end_on, law.months


def _gives_all_back(data: Data, ground: object) -> bool:
    rows = [one for one in (data.get("penalties") or {}).get("critical") or () if one.get("level") == ground]
    first = next((one for one in rows if one.get("remedy")), None)
    return ground is not None and first is not None and "refund" in first["remedy"]


def _parts(start: date, end: date, left_on: date, months: Fraction | None) -> dict[str, Fraction]:
    """What of the term is left after a day: by its days, and by its months where it is whole months."""
    days = end.toordinal() - start.toordinal() + 1
    parts = {"days": Fraction(end.toordinal() - left_on.toordinal(), days)}
    if months is None or months.denominator != 1 or months <= 0 or months_on(start, int(months)) != end + DAY:
        return parts
    exact = begun = Fraction(0)
    for number in range(int(months)):
        first, last = months_on(start, number), months_on(start, number + 1) - DAY
        length = last.toordinal() - first.toordinal() + 1
        unserved = min(length, max(0, last.toordinal() - left_on.toordinal()))
        exact += Fraction(unserved, length)
        begun += unserved == length
    return {**parts, "months": exact / months, "begun_months": begun / months}


def _by_texts(texts: list[tuple[date | None, Data]], left_on: date, signed_on: date | None) -> Fraction | None:
    """The last price less each text's price a day for the days that it was in force and served; None where all texts
    agree in price and term, or one lacks either.
    """
    priced = []
    for since, data in texts:
        start, end, _months = _term(data, signed_on)
        total = data.get("total_fen")
        if start is None or end is None or total is None or end < start:
            return None
        priced.append((since, int(total), start, end))
    if len({one[1:] for one in priced}) == 1:
        return None
    earned = Fraction(0)
    for place, (since, total, start, end) in enumerate(priced):
        following = priced[place + 1][0] if place + 1 < len(priced) else None
        first = start if since is None else max(start, since)
        last = left_on if following is None else min(left_on, following - DAY)
        earned += Fraction(
            total * max(0, last.toordinal() - first.toordinal() + 1), end.toordinal() - start.toordinal() + 1
        )
    return priced[-1][1] - earned
