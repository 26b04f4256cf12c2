"""The terms of contracts that an overview works with, kept between requests: a text that was signed never changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from yunqi.contract.duties import Duty
from yunqi.contract.obligations import find_obligations, load_kinds
from yunqi.contract.obligations.join import DATED
from yunqi.operations.kept import Kept
from yunqi.settlement.at_stake import Stakes
from yunqi.settlement.inputs import SystemFacts
from yunqi.settlement.law import Law
from yunqi.store.overview_contracts import load_contract_data, load_penalties, load_version_data

_TERMS_KEPT = 2000
_PENALTIES_KEPT = 20_000
_STAKES_KEPT = 500
_WHOLE = (
    "deliverables",
    "obligations",
    "acceptance",
    "exit",
    "total_fen",
    "signed_on",
    "term",
    "service_levels",
    "penalties",
    "instalments",
    "bond",
    "number",
    "title",
)
_LINE = ("no", "total_fen")

Terms = Mapping[str, Any]


_terms = Kept(_TERMS_KEPT)
_stakes = Kept(_STAKES_KEPT)
_duties = Kept(_TERMS_KEPT)
_laws = Kept(_TERMS_KEPT)
_penalties = Kept(_PENALTIES_KEPT)


def load_terms(connection: Connection, contract_ids: Iterable[str], versions: Mapping[str, str]) -> dict[str, Terms]:
    """The terms of some contracts, by id: the parts of their data that an overview needs, prices without the rest.

    `versions`: the version in force of those that a supplementary agreement has changed.
    """
    wanted = {one: versions.get(one, one) for one in contract_ids}
    found, lacking = _terms.take(wanted.values())
    if lacking:
        changed = frozenset(versions.values())
        fresh = load_contract_data(connection, (key for key in lacking if key not in changed))
        fresh |= load_version_data(connection, (key for key in lacking if key in changed))
        made = {key: _reduce(data) for key, data in fresh.items()}
        _terms.keep(made)
        found |= made
    return {one: found[key] for one, key in wanted.items() if key in found}


def load_charges(connection: Connection, statement_ids: Iterable[str]) -> dict[str, int | None]:
    """What some statements charge in fen, by id; a statement never changes."""
    found, lacking = _penalties.take(statement_ids)
    if lacking:
        fresh = load_penalties(connection, lacking)
        _penalties.keep(fresh)
        found |= fresh
    return found


def keep_stakes(key: Hashable, make: Callable[[], Stakes]) -> Stakes:
    """The stakes of a contract under what is agreed and found: the same for every request until one of it changes."""
    found, _lacking = _stakes.take((key,))
    known: Stakes | None = found.get(key)
    if known is None:
        known = make()
        _stakes.keep({key: known})
    return known


def keep_law(key: Hashable, make: Callable[[], Law]) -> Law:
    """The clauses of a contract under what is agreed: indexed once."""
    found, _lacking = _laws.take((key,))
    known: Law | None = found.get(key)
    if known is None:
        known = make()
        _laws.keep({key: known})
    return known


def keep_duties(key: Hashable, make: Callable[[], tuple[Duty, ...]]) -> tuple[Duty, ...]:
    """The duties of a contract under its dates: made once."""
    found, _lacking = _duties.take((key,))
    known: tuple[Duty, ...] | None = found.get(key)
    if known is None:
        known = make()
        _duties.keep({key: known})
    return known


def _reduce(data: Mapping[str, Any]) -> Terms:
    kept = {name: data.get(name) for name in _WHOLE}
    kept["catalogue"] = find_obligations(data, [one for one in load_kinds().values() if one.code in DATED])
    kept["price_lines"] = [{name: line.get(name) for name in _LINE} for line in data.get("price_lines") or ()]
    kept["systems"] = [one.get("name") for one in data.get("systems") or ()]
    return kept


def facts_of(identifier: str, name: str, flags: Mapping[str, str]) -> SystemFacts:
    """A system by its flags."""

    def flag(code: str) -> bool | None:
        return {"yes": True, "no": False}.get(flags.get(code, ""))

    return SystemFacts(
        identifier,
        name,
        important=flag("important"),
        internet_facing=flag("internet_facing"),
        grade=flags.get("grade"),
        fee_share=Fraction(flags["fee_share"]) if "fee_share" in flags else None,
    )
