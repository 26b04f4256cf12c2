"""A contract with the figures of a real one, in the form of contract data, and evidence to settle it with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from yunqi.cases.incident import IncidentFacts
from yunqi.contract.workdays import load_work_calendar
from yunqi.kernel.period import Month, Span
from yunqi.metering import Observation, Verdict
from yunqi.settlement import Adjudication, Inputs, ObjectEvidence, Reading, SystemFacts

MONTH = Month(2026, 2)


def source(article: str) -> dict[str, Any]:
    return {"article": article, "text": article, "line": 1, "page": None, "cell": None}


def row(
    table: str, no: int, coefficient: str, measures: str, band: tuple[Any, ...] | None = None, **more: Any
) -> dict[str, Any]:
    data: dict[str, Any] = {
        "table": table,
        "no": no,
        "text": f"{table} {no}",
        "coefficient": coefficient,
        "measures": measures,
        "band": None,
        "bands": [],
        "joined": None,
        "requires": None,
        "source": source(f"附件{2 if table == 'severe' else 3} #{no}"),
    }
    if band:
        low, low_op, high, high_op, unit = band
        data["band"] = {
            "metric": measures,
            "min": low,
            "min_operator": low_op,
            "max": high,
            "max_operator": high_op,
            "unit": unit,
        }
        data["bands"] = [data["band"]]
    return data | more


def word(text: str, *, negated: bool = False) -> dict[str, Any]:
    return {"word": text, "negated": negated}


def minutes(low: str, high: str) -> tuple[Any, ...]:
    return (low, ">", high, "<", "minute")


def hours(low: str, high: str) -> tuple[Any, ...]:
    return (low, ">", high, "<", "hour")


BELOW = (None, None, "0.9999", "<", "share")
ACCIDENT, IMPACT, LOSS = word("重大事故"), word("重大影响"), word("重大损失")
NO_IMPACT, NO_LOSS = word("重大影响", negated=True), word("重大损失", negated=True)

ROWS = [
    row("severe", 1, "2", "availability", BELOW, requires=LOSS),
    row("severe", 2, "2", "mutual_backup"),
    row("severe", 3, "6", "tampered", requires=IMPACT),
    row("severe", 4, "6", "data_lost", requires=IMPACT),
    row("severe", 5, "6", "intruded", requires=IMPACT),
    row("severe", 6, "2", "rectification_ignored", requires=ACCIDENT),
    row("severe", 7, "2", "response_average", minutes("15", "30"), requires=ACCIDENT),
    row("severe", 8, "2", "response_average", minutes("30", "60"), requires=ACCIDENT),
    row("severe", 9, "1", "recovery_average", minutes("30", "60"), requires=IMPACT),
    row("severe", 10, "2", "recovery_average", minutes("60", "120"), requires=IMPACT),
    row("severe", 11, "1", "unattended", hours("1", "2"), requires=ACCIDENT),
    row("severe", 12, "2", "unattended", hours("2", "4"), requires=ACCIDENT),
    row("minor", 1, "0.5", "availability", BELOW, requires=NO_LOSS),
    row("minor", 2, "0.2", "complaint_count", ("3", ">=", None, None, "count")),
    row("minor", 3, "0.2", "assessment_failures", ("3", ">=", None, None, "count")),
    row("minor", 4, "0.2", "scale_out_late"),
    row("minor", 5, "0.3", "outage_single", ("2", ">=", None, None, "hour")),
    row(
        "minor",
        6,
        "0.6",
        "outage_count_or_total",
        bands=[
            {"metric": "outages", "min": "3", "min_operator": ">=", "max": None, "max_operator": None, "unit": "count"},
            {
                "metric": "outage_total",
                "min": "8",
                "min_operator": ">=",
                "max": None,
                "max_operator": None,
                "unit": "hour",
            },
        ],
        joined="or",
    ),
    row("minor", 7, "0.5", "rectification_ignored", requires=NO_IMPACT),
    row("minor", 8, "0.3", "response_average", minutes("15", "30"), requires=NO_IMPACT),
    row("minor", 9, "0.5", "response_average", minutes("30", "60"), requires=NO_IMPACT),
    row("minor", 10, "0.3", "recovery_average", minutes("30", "60"), requires=NO_IMPACT),
    row("minor", 11, "0.5", "recovery_average", minutes("60", "120"), requires=NO_IMPACT),
    row("minor", 12, "0.3", "unattended", hours("1", "2"), requires=NO_IMPACT),
    row("minor", 13, "0.5", "unattended", hours("2", "4"), requires=NO_IMPACT),
]


def critical(
    level: str, type_: str, count: int, people: int | None, loss: int | None, hours_: str | None
) -> dict[str, Any]:
    conditions: dict[str, Any] = {}
    if people:
        conditions = {"people": {"operator": ">=", "value": people}, "loss_fen": {"operator": ">=", "value": loss}}
    return {
        "level": level,
        "type": type_,
        "object": "platform",
        "conditions": conditions,
        "joined": "or" if people else None,
        "duration": {"operator": ">=", "value": hours_, "unit": "hour"} if hours_ else None,
        "count": {"count": count, "operator": ">=", "window": None},
        "remedy": [],
        "provider_responsible": True,
        "text": f"{level} {type_}",
        "source": source(f"附件1 {level} {type_}"),
    }


def level(metric: str, operator: str, threshold: str, unit: str, **more: Any) -> dict[str, Any]:
    return {
        "metric": metric,
        "operator": operator,
        "threshold": threshold,
        "unit": unit,
        "statistic": None,
        "object": None,
        "condition": None,
        "window": None,
        "clock_start": None,
        "source": source(f"第三条 {metric}{more.get('condition') or ''}"),
    } | more


def instalment(no: int, fen: int, **more: Any) -> dict[str, Any]:
    return {
        "no": no,
        "amount_fen": fen,
        "share": None,
        "triggers": [],
        "within": None,
        "by_on": None,
        "source": source("第七条 2"),
    } | more


def line(no: int, item: str, price: str, quantity: str, fen: int | None, bundle: int | None = None) -> dict[str, Any]:
    return {
        "no": no,
        "item": item,
        "name": item,
        "unit": "个",
        "unit_price": price,
        "quantity": quantity,
        "periods": None,
        "total_fen": fen,
        "bundle": bundle,
        "parameters": {},
        "source": source(f"第二条 #{no}"),
    }


def contract(**more: Any) -> dict[str, Any]:
    formula = {"text": "费用/月数*系数", "base": "system_fee", "divisor": "service_months"}
    return {
        "number": "YZ-2025-001",
        "title": "样例合同",
        "parties": {"using_unit": {"name": "甲"}, "provider": {"name": "乙"}},
        "signed_on": "2025-11-25",
        "term": {"start_on": "2026-01-01", "end_on": "2026-12-31", "months": 12, "from": "date"},
        "total_fen": 484528352,
        "price_lines": [
            line(1, "compute.vcpu", "120", "3435", 41220000),
            line(2, "compute.memory", "168", "8999", 151183200),
            line(24, "crypto.identity", "150000", "1", 15000000),
            line(25, "crypto.signature", "", "1", None, 24) | {"unit_price": None},
        ],
        "service_levels": [
            level("availability", ">=", "0.9999", "share", object="platform"),
            level("durability", ">=", "0.999999", "share", object="data"),
            level("response", "<=", "15", "minute", clock_start="notice"),
            level("arrival", "<=", "2", "hour", clock_start="notice"),
            level("location", "<=", "30", "minute", clock_start="response"),
            level("location", "<=", "10", "minute", clock_start="response", condition="important_system"),
            level("scale_out", "<=", "7", "day"),
        ],
        "instalments": [
            instalment(1, 121132088, triggers=["effective"], within={"count": 90, "unit": "working_day"}),
            instalment(2, 121132088, by_on="2026-06-30", triggers=["date"]),
            instalment(3, 242264176, triggers=["expiry", "acceptance"], within={"count": 90, "unit": "working_day"}),
        ],
        "bond": {
            "share": "0.05",
            "amount_fen": 24226418,
            "due": {"count": 5, "unit": "day"},
            "until_on": "2027-01-30",
            "source": source("第八条"),
        },
        "penalties": {
            "critical": [
                critical("A", "interruption", 1, 50000, 50000000, "2"),
                critical("A", "data_loss", 1, None, None, None),
                critical("B", "interruption", 2, 10000, 10000000, "2"),
                critical("B", "data_loss", 2, None, None, None),
            ],
            "coefficients": ROWS,
            "formula": [
                {"table": "critical", "text": "合同全额", "base": "contract", "divisor": None, "coefficient": "1"},
                {"table": "severe", **formula},
                {"table": "minor", **formula},
            ],
            "other": [],
            "offset": ["last_instalment", "pay"],
        },
    } | more


START = MONTH.span.start_at


def at(**offset: float) -> datetime:
    return START + timedelta(**offset)


def observed(*downs: tuple[datetime, datetime], sample: bool = False) -> tuple[Observation, ...]:
    """A whole month up but for the given outages."""
    result, cursor = [], START
    for start, end in sorted(downs):
        if start > cursor:
            result.append(Observation(Span(cursor, start), Verdict.UP, sample))
        result.append(Observation(Span(start, end), Verdict.DOWN, sample))
        cursor = end
    if cursor < MONTH.span.end_at:
        result.append(Observation(Span(cursor, MONTH.span.end_at), Verdict.UP, sample))
    return tuple(result)


def evidence(
    name: str,
    *downs: tuple[datetime, datetime],
    system: str | None = "sys-1",
    sample: bool = False,
    kind: str = "resource",
) -> ObjectEvidence:
    return ObjectEvidence(
        name, name, observed(*downs, sample=sample), kind, system, ("样例",) if sample else (), (f"fact-{name}",)
    )


def incident(name: str, opened: datetime, times: dict[str, datetime], **more: Any) -> IncidentFacts:
    return IncidentFacts(name, name.upper(), f"事件 {name}", opened, times, **({"system": "sys-1"} | more))


SYSTEMS = (SystemFacts("sys-1", "系统一", important=False, internet_facing=False, fee_share=Fraction(1, 4)),)
READINGS = {
    "availability.window": "month",
    "availability.object": "resource",
    "availability.unknown_time": "excluded",
    "fee_base": "contract",
    "average.population": "faults",
    "average.window": "month",
    "clock_start.recovery": "occurrence",
    "penalty.overlap": "joined",
    "outage.window": "month",
    "complaint.window": "month",
    "unpriced.location": "none",
    "unpriced.arrival": "none",
    "unmeasured.durability": "met",
    "unmeasured.data_availability": "met",
}


def readings(**without: Any) -> tuple[Reading, ...]:
    return tuple(Reading(code, value, "补充协议1") for code, value in READINGS.items())


def inputs(**more: Any) -> Inputs:
    given: dict[str, Any] = {
        "contract": contract(),
        "month": MONTH,
        "known_at": datetime(2026, 3, 2, tzinfo=UTC),
        "calendar": load_work_calendar(),
        "systems": SYSTEMS,
        "readings": readings(),
        "objects": (evidence("srv-1"), evidence("srv-2")),
    }
    return Inputs(**(given | more))


def without(*codes: str) -> tuple[Reading, ...]:
    return tuple(one for one in readings() if one.code not in codes)


def with_reading(code: str, value: str) -> tuple[Reading, ...]:
    return (*without(code), Reading(code, value, "补充协议2"))


def found(event: str, **answers: str) -> tuple[Adjudication, ...]:
    words = {"accident": "severity.重大事故", "impact": "severity.重大影响", "loss": "severity.重大损失"}
    return tuple(
        Adjudication(event, words.get(name, name.replace("_", ".")), answer) for name, answer in answers.items()
    )


NO_HARM = {"accident": "no", "impact": "no", "loss": "no", "responsible": "yes"}


def slow_response(minutes: float, name: str = "inc-1"):
    """One fault, down so short that nothing but the response is breached."""
    return incident(
        name,
        at(days=3),
        {
            "reported": at(days=3),
            "responded": at(days=3, minutes=minutes),
            "located": at(days=3, minutes=minutes),
            "recovered": at(days=3, minutes=1),
        },
        type="degradation",
    )


def outage(name: str, minutes: float, day: int = 5, object_: str = "srv-1"):
    start = at(days=day)
    return (
        incident(
            name,
            start,
            {"reported": start, "responded": start, "located": start, "recovered": start + timedelta(minutes=minutes)},
            object=object_,
        ),
        (start, start + timedelta(minutes=minutes)),
    )


def chosen(statement):
    return [one.id for one in statement.candidates if one.state == "chosen"]


def codes(statement):
    return [one.code for one in statement.open_points]
