"""What the rules make of a supposed fact, by the clause at a place of the contract data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from yunqi.contract.clauses.acceptance.rule import judge as judge_acceptance
from yunqi.contract.clauses.bond.rule import compute_bond_due, compute_refund_due
from yunqi.contract.clauses.coefficient.rule import match_rows, split_row
from yunqi.contract.clauses.critical_breach.rule import count_needed, match_critical
from yunqi.contract.clauses.instalment.rule import compute_instalment_due
from yunqi.contract.clauses.other_penalty.rule import TOTAL, base_name, compute_other_penalty, count_in_band
from yunqi.contract.clauses.price_line.rule import judge as judge_line
from yunqi.contract.clauses.service_level.rule import judge as judge_level
from yunqi.contract.clauses.term.rule import judge as judge_term
from yunqi.contract.conditions import ALWAYS, NEVER, resolve
from yunqi.contract.terms import Band, number
from yunqi.contract.workdays import load_work_calendar
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import round_fen
from yunqi.settlement.bond_end import compute_renew_by

Row = Mapping[str, Any]
_LATER = timedelta(days=30)


def rows_of(data: Row) -> list[Row]:
    """The rows of the penalty tables that have a table and a coefficient."""
    rows = (data.get("penalties") or {}).get("coefficients") or ()
    return [row for row in rows if row.get("table") and row.get("coefficient")]


def evaluate(data: Row, kind: str, path: str, facts: Row) -> dict[str, Any]:
    """What comes of the facts by the clause at `path`; `{"none": True}` where no clause is there any more."""
    clause: Any = data
    for part in path.split("."):
        if isinstance(clause, Sequence) and not isinstance(clause, str):
            clause = clause[int(part)] if int(part) < len(clause) else None
        else:
            clause = (clause or {}).get(part)
    if clause is None:
        return {"none": True}
    return _RULES[kind](data, clause, facts)


def _level(_data: Row, level: Row, facts: Row) -> dict[str, Any]:
    return judge_level(level, facts)


def _row(data: Row, _rows: object, facts: Row) -> dict[str, Any]:
    rows = [part for row in rows_of(data) for part in split_row(row)]
    figures = {name: Fraction(value) for name, value in (facts.get("figures") or {}).items()}
    hits = match_rows(rows, str(facts["measures"]), number(facts.get("value")), figures)
    answers = dict(facts.get("answers") or {})
    left = {hit.key: (resolve(hit.condition, answers), hit.row) for hit in hits}
    return {
        "applies": {key: str(row["coefficient"]) for key, (condition, row) in left.items() if condition == ALWAYS},
        "may_apply": sorted(key for key, (condition, _row) in left.items() if condition not in {ALWAYS, NEVER}),
        "gap": sorted({code for hit in hits for code in hit.choices if code.startswith("gap.")}),
    }


def _critical(_data: Row, row: Row, facts: Row) -> dict[str, Any]:
    condition, _choices = match_critical(row, facts)
    left = resolve(condition, dict(facts.get("answers") or {}))
    return {"state": "applies" if left == ALWAYS else "not" if left == NEVER else "open"}


def _critical_count(_data: Row, row: Row, _facts: Row) -> dict[str, Any]:
    needed = count_needed([row], str(row.get("level")))
    return {"needed": None if needed is None else needed[0]}


def _total(_data: Row, total: object, _facts: Row) -> dict[str, Any]:
    return {"total_fen": total}


def _formula(data: Row, formula: Row, _facts: Row) -> dict[str, Any]:
    share, total = number(formula.get("coefficient")), number(data.get("total_fen"))
    return {"amount_fen": None if share is None or total is None else round_fen(share * total)}


def _other(data: Row, clause: Row, facts: Row) -> dict[str, Any]:
    # Whatever the share is of, the whole price stands for it here: the case is about rate, sum, count and cap.
    total, count = data.get("total_fen"), int(facts["count"])
    bases = {TOTAL: total, base_name(clause.get("cap_of")): total}
    exact = compute_other_penalty(clause, total, count, bases)
    uncapped = {name: value for name, value in clause.items() if not name.startswith("cap")}
    plain = compute_other_penalty(uncapped, total, count)
    return {
        "amount_fen": None if exact is None else round_fen(exact),
        "before_cap_fen": None if plain is None else round_fen(plain),
    }


def _lasting(data: Row, clause: Row, facts: Row) -> dict[str, Any]:
    measured, found = Fraction(facts["measured"]), {}
    for begun in (True, False):
        for beyond in (False, True):
            name = f"{'begun' if begun else 'whole'}{'_past_edge' if beyond else ''}"
            found[name] = count_in_band(clause, measured, begun=begun, beyond=beyond)
    exact = compute_other_penalty(clause, data.get("total_fen"), found["begun"], {TOTAL: data.get("total_fen")})
    return {**found, "amount_fen": None if exact is None else round_fen(exact)}


def _banded(_data: Row, clause: Row, facts: Row) -> dict[str, Any]:
    band = Band.of(clause.get("band"))
    inside = band is not None and band.contains(Fraction(facts["value"]))
    return {"applies": inside, "rate": clause.get("rate", clause.get("coefficient")), "no": clause.get("no")}


def _terminates(_data: Row, clause: Row, facts: Row) -> dict[str, Any]:
    band = Band.of(clause.get("terminates"))
    return {"applies": band is not None and band.contains(Fraction(facts["value"]))}


def _price_line(_data: Row, line: Row, _facts: Row) -> dict[str, Any]:
    return {**judge_line(line, {}), "total_fen": line.get("total_fen"), "unit_price": line.get("unit_price"),
            "quantity": line.get("quantity")}  # fmt: skip


def _amount(data: Row, clause: Row, _facts: Row) -> dict[str, Any]:
    share, total = number(clause.get("share")), number(data.get("total_fen"))
    by_share = None if share is None or total is None else round_fen(share * total)
    return {"amount_fen": clause.get("amount_fen"), "by_share_fen": by_share}


def _term(_data: Row, term: Row, facts: Row) -> dict[str, Any]:
    return judge_term(term, facts)


def _due(_data: Row, instalment: Row, facts: Row) -> dict[str, Any]:
    dates = {name: date.fromisoformat(on) for name, on in facts["dates"].items()}
    return {"due_on": _day(lambda: compute_instalment_due(instalment, dates, load_work_calendar()).on)}


def _bond(_data: Row, bond: Row, facts: Row) -> dict[str, Any]:
    on, calendar = date.fromisoformat(facts["on"]), load_work_calendar()

    def due() -> date | None:
        found = compute_bond_due(bond, on, calendar)
        return None if found is None else found.on

    def refund() -> date | None:
        found = compute_refund_due({**bond, "until_on": on.isoformat()}, calendar)
        return None if found is None else found.on

    return {
        "due_on": _day(due),
        "refund_on": _day(refund),
        "renew_by": _day(lambda: compute_renew_by(on, bond.get("renewal"), calendar)),
        "until_on": bond.get("until_on"),
    }


def _acceptance(_data: Row, acceptance: Row, facts: Row) -> dict[str, Any]:
    asked = date.fromisoformat(facts["asked_on"])
    silent = {**facts, "today": (asked + _LATER).isoformat()}
    refused = {**silent, "answered_on": facts["asked_on"], "accepted": False}
    return {
        "silence": _judged(lambda: judge_acceptance(acceptance, silent)),
        "refused": _judged(lambda: judge_acceptance(acceptance, refused)),
    }


def _judged(work: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    try:
        return work()
    except Problem:
        return None


def _day(work: Callable[[], date | None]) -> str | None:
    try:
        on = work()
    except Problem:  # a year whose working days are not published, or a unit that makes no day
        return None
    return None if on is None else on.isoformat()


_RULES: Mapping[str, Callable[[Row, Any, Row], dict[str, Any]]] = {
    "level": _level,
    "row": _row,
    "critical": _critical,
    "critical_count": _critical_count,
    "total": _total,
    "formula": _formula,
    "other": _other,
    "lasting": _lasting,
    "banded": _banded,
    "terminates": _terminates,
    "price_line": _price_line,
    "amount": _amount,
    "term": _term,
    "due": _due,
    "bond": _bond,
    "acceptance": _acceptance,
}
