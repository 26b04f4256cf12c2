"""Idle resources: drawn but not used by their meters; what of a contract nobody draws; what giving it back saves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from yunqi.contract.changes.compare import months_of
from yunqi.contract.changes.prices import normalise_price
from yunqi.contract.terms import number
from yunqi.kernel.period import Span
from yunqi.kernel.rights import Caller
from yunqi.metering import DrawSpan
from yunqi.metering.entitlement import compute_entitlement_use
from yunqi.metering.idle import CPU, TRAFFIC, Growth, Judgement, Limits, judge_use
from yunqi.operations.month_evidence import read_draws
from yunqi.operations.versions import data_at
from yunqi.services.catalogue import owner_of
from yunqi.services.registry import load_catalogue as load_services
from yunqi.store.checks import from_micro
from yunqi.store.contracts import Contract, require_contract
from yunqi.store.idle_use import MeterGrowth, list_drawn_resources, list_meter_growth, list_open_draws
from yunqi.store.month_parts import list_lasting_lines

_WANTED: Mapping[str, frozenset[str]] = {
    "server": frozenset({CPU, TRAFFIC}),
    "disk": frozenset({TRAFFIC}),
    "address": frozenset({TRAFFIC}),
}
"""By kind the uses that must all be known before a resource is idle; a kind that is not here has no meter."""
_CPU_METER, _PORT, _VOLUME = "cpu_time_ns", "port.", "volume."
_BYTES = ("read_bytes", "write_bytes", "received_bytes", "sent_bytes", "bytes_in", "bytes_out")


@dataclass(frozen=True, slots=True)
class Part:
    """What a resource draws of a price line; `monthly_yuan` of the whole quantity, None where no price is known."""

    line_no: int | None
    name: str
    item: str
    quantity: Fraction
    unit: str
    monthly_yuan: Fraction | None


@dataclass(frozen=True, slots=True)
class IdleResource:
    """A resource with its judgement, and what it draws. `saves_yuan` a month if given back: None where a part has no
    known price.
    """

    row: Any
    judgement: Judgement
    drawn_since: datetime
    parts: tuple[Part, ...]

    @property
    def saves_yuan(self) -> Fraction | None:
        """A month's price of all that it draws."""
        prices = [one.monthly_yuan for one in self.parts]
        known = [price for price in prices if price is not None]
        return sum(known, Fraction(0)) if known and len(known) == len(prices) else None


@dataclass(frozen=True, slots=True)
class UndrawnLine:
    """A price line of which something was never drawn in the window; `undrawn` None: nobody records its use here."""

    contract: Contract
    no: int
    name: str
    unit: str
    contracted: Fraction
    peak: Fraction | None
    undrawn: Fraction | None


def read_idle(
    connection: Connection, caller: Caller, window: Span, limits: Limits, *, contract: Contract | None = None
) -> list[IdleResource]:
    """Every resource with open draws that the caller may see, judged by its meters over the window."""
    contract_id = None if contract is None else contract.id
    growth = _by_resource(list_meter_growth(connection, caller, window, contract_id=contract_id))
    draws = list_open_draws(connection, caller, contract_id=contract_id)
    rows = list_drawn_resources(connection, caller, contract_id=contract_id)
    months: dict[str, Fraction | None] = {}
    found = []
    for row in rows:
        mine = draws.get(row.id)
        if not mine:
            continue  # drawn once, by run or piece: nothing that could be given back
        if row.contract_id not in months:
            months[row.contract_id] = months_of(_data_of(connection, row.contract_id, window))
        since = min(one.start_at for one in mine)
        vcpus = row.spec.get("vcpus") if isinstance(row.spec, Mapping) else None
        judgement = judge_use(
            growth.get(row.id, {}),
            _WANTED.get(row.kind, frozenset()),
            window,
            limits,
            vcpus=None if vcpus is None else int(vcpus),
            drawn_since=since,
        )
        parts = tuple(_part(one, months[row.contract_id]) for one in mine)
        found.append(IdleResource(row, judgement, since, parts))
    return found


def _data_of(connection: Connection, contract_id: str, window: Span) -> Mapping[str, Any]:
    found = require_contract(connection, contract_id)
    return data_at(connection, found, window.end_at)


def _by_resource(grown: Iterable[MeterGrowth]) -> dict[str, dict[str, dict[str, Growth]]]:
    """Counters by the resource whose use they say: those of a volume are its disk's, not its server's."""
    found: dict[str, dict[str, dict[str, Growth]]] = {}
    for one in grown:
        value = Growth(one.total, one.first_at, one.last_at, one.lost)
        owner, kind = one.resource_id, ""
        if one.meter == _CPU_METER:
            kind = CPU
        elif one.meter.endswith(_BYTES):
            kind = TRAFFIC
            if one.meter.startswith(_VOLUME):
                owner = owner_of(one.meter.split(".")[1])
                if owner == one.resource_id:
                    continue  # the system disk: a guest writes its own logs, which is no use by anybody
        if kind:
            found.setdefault(owner, {}).setdefault(kind, {})[one.meter] = value
    return found


def _part(one: Any, months: Fraction | None) -> Part:
    quantity = from_micro(one.quantity_micro)
    yuan = None
    if one.no is not None:
        line = {
            "no": one.no,
            "item": one.item,
            "unit_price": one.unit_price,
            "quantity": None if one.line_quantity_micro is None else str(from_micro(one.line_quantity_micro)),
            "periods": {"count": one.period_count, "unit": one.period_unit} if one.period_count else None,
            "bundle": one.bundle_no,
        }
        price = normalise_price(line, months, ())
        yuan = None if price.monthly_yuan is None else price.monthly_yuan * quantity
    return Part(one.no, str(one.name or ""), one.item, quantity, str(one.unit or ""), yuan)


def read_undrawn(connection: Connection, contract: Contract, window: Span, now: datetime) -> list[UndrawnLine]:
    """The lines with a quantity of which part was not drawn at any time of the window, or of which nobody knows."""
    draws = read_draws(connection, contract, window, now)
    recorded = {item.item for entry in load_services().values() for item in entry.items} | {one.item for one in draws}
    lasting = [one for one in draws if one.kind == "span"]
    over_time = list_lasting_lines(connection).get(contract.id, frozenset())
    found = []
    for line in data_at(connection, contract, window.end_at - timedelta(microseconds=1)).get("price_lines") or ():
        contracted = number(line.get("quantity"))
        if not contracted or line.get("bundle") is not None or int(line["no"]) not in over_time:
            continue  # by run, piece or deliverable: done once, not occupied
        known = line.get("item") in recorded
        spans = [DrawSpan(one.quantity, one.start_at, one.end_at) for one in lasting if one.line_no == int(line["no"])]
        peak = compute_entitlement_use(spans, window).peak if known else None
        undrawn = None if peak is None else max(Fraction(0), contracted - peak)
        if undrawn is None or undrawn:
            name, unit = str(line.get("name") or ""), str(line.get("unit") or "")
            found.append(UndrawnLine(contract, int(line["no"]), name, unit, contracted, peak, undrawn))
    return found


def sum_savings(rows: Sequence[IdleResource]) -> tuple[Fraction, int]:
    """What giving all idle resources back saves a month by known prices, and of how many the price is not known."""
    idle = [row.saves_yuan for row in rows if row.judgement.state == "idle"]
    return sum((one for one in idle if one is not None), Fraction(0)), sum(one is None for one in idle)
