"""The performance bond: what is due, handed in, valid, drawn, topped up and given back, from facts alone. Pure.

A letter of guarantee secures nothing after its last day; only what secures now is held.
Source: 政府采购法实施条例 第48条 (forms, and at most 10% of the price).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal

from yunqi.contract.clauses.bond.rule import compute_bond_amount, compute_bond_due, compute_refund_due
from yunqi.contract.clauses.other_penalty.rule import compute_other_penalty
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_yuan, round_fen
from yunqi.settlement.bond_end import Wanted, compute_renew_by, find_renewal_day

RECEIVED: Final = "received"
TOPPED_UP: Final = "topped_up"
EXTENDED: Final = "extended"
DRAWN: Final = "drawn"
RELEASED: Final = "released"
Kind = Literal["received", "topped_up", "extended", "drawn", "released"]
State = Literal["none", "due", "late", "short", "held", "expired", "released"]


@dataclass(frozen=True, slots=True)
class Move:
    """One fact about the bond. `guarantee`: the number of the letter of guarantee, "" for money paid in."""

    kind: Kind
    on: date
    amount_fen: int = 0
    guarantee: str = ""
    form: str = ""
    expires_on: date | None = None
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Security:
    """What was handed in under one number: how much of it is left, until when it holds, by when to extend it."""

    guarantee: str
    form: str
    amount_fen: int
    left_fen: int
    expires_on: date | None
    expired: bool = False
    renew_by: date | None = None


@dataclass(frozen=True, slots=True)
class Bond:
    """The bond as of a day. `due_fen` None: the contract names no amount; `short_fen`: what lacks of what is due.

    `handed_in_on`: when it was whole for the first time. `late_days`: how long after the last day that was, or is.
    `until_on`: until when it is wanted, by all that was agreed. `release_by`: the last day to give back what is left.
    `drawn_fen` and `topped_fen` are sums of all.
    """

    due_fen: int | None
    due_on: date | None
    handed_in_on: date | None
    late_days: int
    held_fen: int
    short_fen: int | None
    drawn_fen: int
    topped_fen: int
    released_fen: int
    until_on: date | None
    release_by: date | None
    release_late_days: int
    state: State
    securities: tuple[Security, ...]


def compute_bond(
    clause: Mapping[str, Any],
    moves: Iterable[Move],
    calendar: WorkCalendar,
    *,
    total_fen: int | None,
    signed_on: date | None,
    end_on: date | None,
    as_of: date,
    wanted: Sequence[Wanted] = (),
) -> Bond:
    """The bond as of the end of a day, by the contract's clause and the facts until then.

    `wanted`: until when security was wanted since when, by all that was agreed; nothing: as the clause says.
    """
    known = sorted((one for one in moves if one.on <= as_of), key=lambda one: (one.on, one.fact))
    due_fen = compute_bond_amount(clause, total_fen)
    due_on = _try(lambda: compute_bond_due(clause, signed_on, calendar))
    securities, handed_in_on = _play(known, due_fen)
    until = date.fromisoformat(clause["until_on"]) if clause.get("until_on") else None
    wanted = wanted or (Wanted(None, until),)
    until = wanted[-1].until_on
    securities = tuple(_look(one, clause, calendar, as_of, wanted) for one in securities)
    held = sum(one.left_fen for one in securities if not one.expired)
    release_by = _try(lambda: compute_refund_due(clause, calendar, last_on=until or end_on))
    sums = {kind: sum(one.amount_fen for one in known if one.kind == kind) for kind in (DRAWN, TOPPED_UP, RELEASED)}
    given_back = sums[RELEASED] > 0 and not any(one.left_fen for one in securities)
    short = None if due_fen is None or given_back else max(0, due_fen - held)
    arrived = handed_in_on or as_of
    late = 0 if due_on is None or (given_back and handed_in_on is None) else max(0, (arrived - due_on).days)
    return Bond(
        due_fen=due_fen,
        due_on=due_on,
        handed_in_on=handed_in_on,
        late_days=late,
        held_fen=held,
        short_fen=short,
        drawn_fen=sums[DRAWN],
        topped_fen=sums[TOPPED_UP],
        released_fen=sums[RELEASED],
        until_on=until,
        release_by=release_by,
        release_late_days=max(0, (as_of - release_by).days) if release_by is not None and held else 0,
        state=_state(securities, held, short, due_on, as_of, given_back=given_back),
        securities=securities,
    )


def _play(known: list[Move], due_fen: int | None) -> tuple[tuple[Security, ...], date | None]:
    """What each paper came to, the earliest first; and when all of them came to what is due."""
    by: dict[str, Security] = {}
    whole_on: date | None = None
    for one in known:
        if one.kind in (RECEIVED, TOPPED_UP):
            old = by.get(one.guarantee)
            by[one.guarantee] = Security(
                one.guarantee,
                one.form or (old.form if old else ""),
                one.amount_fen + (old.amount_fen if old else 0),
                one.amount_fen + (old.left_fen if old else 0),
                one.expires_on or (old.expires_on if old else None),
            )
            given = sum(each.left_fen for each in by.values())
            if whole_on is None and due_fen is not None and given >= due_fen:
                whole_on = one.on
        elif one.kind == EXTENDED and one.guarantee in by:
            by[one.guarantee] = replace(by[one.guarantee], expires_on=one.expires_on)
        elif one.kind in (DRAWN, RELEASED):
            _take(by, one)
    return tuple(by.values()), whole_on


def _take(by: dict[str, Security], one: Move) -> None:
    """Takes from the paper named, else from each in order that is still valid that day."""
    left = one.amount_fen
    named = [by[one.guarantee]] if one.guarantee in by and one.guarantee else list(by.values())
    valid = [each for each in named if each.expires_on is None or each.expires_on >= one.on]
    for each in valid if one.kind == DRAWN else named:
        part = min(left, each.left_fen)
        by[each.guarantee] = replace(each, left_fen=each.left_fen - part)
        left -= part


def _look(
    one: Security, clause: Mapping[str, Any], calendar: WorkCalendar, as_of: date, wanted: Sequence[Wanted]
) -> Security:
    if one.expires_on is None:
        return one
    before, renew_by = clause.get("renewal"), None
    if one.left_fen:
        renew_by = find_renewal_day(one.expires_on, before, calendar, wanted)
        renew_by = renew_by or compute_renew_by(one.expires_on, before, calendar)
    return replace(one, expired=one.expires_on < as_of, renew_by=renew_by)


@dataclass(frozen=True, slots=True)
class Renewal:
    """A letter of guarantee that had to be renewed by a day; `renewed_on` None: it was not, so far."""

    guarantee: str
    expires_on: date
    renew_by: date
    renewed_on: date | None


def find_renewals(
    clause: Mapping[str, Any], moves: Iterable[Move], calendar: WorkCalendar, *, wanted: Sequence[Wanted]
) -> tuple[Renewal, ...]:
    """Each letter with its last day that ends before security is no longer `wanted`, and when it was renewed: extended,
    or another one handed in that lasts longer. One that was given back before need not be.
    """
    known = sorted(moves, key=lambda one: (one.on, one.fact))
    found: list[Renewal] = []
    for place, one in enumerate(known):
        ends = one.expires_on
        if one.kind not in (RECEIVED, TOPPED_UP, EXTENDED) or ends is None:
            continue
        renew_by = find_renewal_day(ends, clause.get("renewal"), calendar, wanted)
        later = known[place + 1 :]
        longer = (each for each in later if each.kind in (RECEIVED, TOPPED_UP, EXTENDED) and _outlasts(each, one, ends))
        renewed = next((each.on for each in longer), None)
        released = next((each.on for each in later if each.kind == RELEASED and each.on <= (renew_by or ends)), None)
        if renew_by is not None and released is None:
            found.append(Renewal(one.guarantee, ends, renew_by, renewed))
    return tuple(found)


def _outlasts(later: Move, one: Move, ends: date) -> bool:
    # Money lasts; an extension is of its own letter.
    same = later.kind != EXTENDED or later.guarantee == one.guarantee
    return same and (later.expires_on is None or later.expires_on > ends)


def _state(
    securities: tuple[Security, ...],
    held: int,
    short: int | None,
    due_on: date | None,
    as_of: date,
    *,
    given_back: bool,
) -> State:
    if given_back:
        return "released"
    if not securities:
        return "none" if due_on is None else "late" if due_on < as_of else "due"
    if not held and any(one.expired and one.left_fen for one in securities):
        return "expired"
    return "short" if short else "held"


@dataclass(frozen=True, slots=True)
class LateHandingIn:
    """The clause on a bond handed in late: its place among the other penalties, and what it comes to (None: open)."""

    no: int
    days: int
    amount_fen: int | None


def find_late_handing_in(contract: Mapping[str, Any], bond: Bond) -> LateHandingIn | None:
    """What the contract asks for the days that the bond was late; None where it was not, or no clause says so."""
    others = (contract.get("penalties") or {}).get("other") or ()
    for no, clause in enumerate(others, 1):
        if clause.get("duty") != "bond_renewal" or clause.get("party") == "using_unit" or not bond.late_days:
            continue
        base = {"contract_total": contract.get("total_fen"), "bond": bond.due_fen}.get(str(clause.get("of")))
        known = clause.get("kind") == "daily" and not clause.get("band")
        exact = compute_other_penalty(clause, base, bond.late_days) if known else None
        return LateHandingIn(no, bond.late_days, None if exact is None else round_fen(exact))
    return None


def _try(work: Any) -> date | None:
    """The day, or None where there is none to be computed from what is known."""
    try:
        due = work()
    except Problem:
        return None
    found: date | None = None if due is None else due.on
    return found


def check_taking(bond: Bond, amount_fen: int, guarantee: str, *, drawing: bool) -> None:
    """Raises `Problem` bond.more_than_held: no more can be drawn or given back than is there.

    On a paper that has expired nothing can be drawn; it can be given back.
    """
    papers = [one for one in bond.securities if not guarantee or one.guarantee == guarantee]
    there = sum(one.left_fen for one in papers if not (drawing and one.expired))
    if amount_fen > there:
        raise Problem(
            "bond.more_than_held",
            "履约保证金现有 {held} 元，不足 {amount} 元",
            field="amount",
            held=render_yuan(there),
            amount=render_yuan(amount_fen),
            way_out="请核对金额、保函编号与有效期",
        )


def check_extension(bond: Bond, guarantee: str, expires_on: date) -> None:
    """Raises `Problem` bond.no_guarantee, and bond.not_longer where the new last day is no later than the old."""
    found = next((one for one in bond.securities if one.guarantee == guarantee and one.left_fen), None)
    if found is None or not guarantee:
        raise Problem(
            "bond.no_guarantee",
            "没有编号为「{value}」的保函",
            field="guarantee",
            value=guarantee,
            way_out="请核对保函编号：yunqi bond show",
        )
    if found.expires_on is not None and expires_on <= found.expires_on:
        raise Problem(
            "bond.not_longer",
            "新的到期日 {new} 不晚于原到期日 {old}",
            field="expires_on",
            new=expires_on.isoformat(),
            old=found.expires_on.isoformat(),
            way_out="请核对延期后的保函",
        )
