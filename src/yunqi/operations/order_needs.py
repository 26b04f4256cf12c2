"""What an order would take of a contract: looked at while somebody still fills in its form. Nothing is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from yunqi.contract import load_catalogue
from yunqi.kernel.money import decimal_text
from yunqi.kernel.words import _, choose_words
from yunqi.services.fields import parse_spec
from yunqi.services.registry import service_of
from yunqi.store.checks import from_micro
from yunqi.store.entitlements import Entitlement, list_entitlements
from yunqi.store.resources import Resource, list_draws_of_resource


@dataclass(frozen=True, slots=True)
class ItemNeed:
    """What the order takes of one price item, in decimal text; `left` without what the resource holds already."""

    item: str
    no: int | None
    name: str
    unit: str
    asked: str
    before: str
    left: str | None
    after: str | None
    exceeds: bool


def check_needs(
    connection: Connection,
    contract_id: str,
    kind: str,
    fields: Mapping[str, Any],
    *,
    resource: Resource | None,
    now: datetime,
) -> tuple[ItemNeed, ...]:
    """The needs of an order, or of the change of a resource to these fields, by price item.

    Which resources the spec refers to does not matter for what it takes: they may still be missing. Raises `Problem`
    spec.* for fields that are missing or out of their bounds.
    """
    service = service_of(kind)
    known = service.spec_model.model_fields
    kept = {} if resource is None else {key: value for key, value in resource.spec.items() if key in known}
    given = {key: value for key, value in fields.items() if key not in service.references}
    spec = parse_spec(service.spec_model, kept | given | dict.fromkeys(service.references, "x"))
    asked: dict[str, Fraction] = {}
    for need in service.needs(spec):
        asked[need.item] = asked.get(need.item, Fraction(0)) + need.quantity
    before = _held(connection, resource)
    lines = list_entitlements(connection, contract_id, at=now)
    return tuple(
        _need(item, asked.get(item, Fraction(0)), before.get(item, Fraction(0)), lines)
        for item in dict.fromkeys((*asked, *before))
        if asked.get(item) or before.get(item)
    )


def _held(connection: Connection, resource: Resource | None) -> dict[str, Fraction]:
    """What the resource takes now, by item."""
    found: dict[str, Fraction] = {}
    if resource is not None:
        for one in list_draws_of_resource(connection, resource.id):
            if one.kind == "span" and one.end_at is None:
                found[one.item] = found.get(one.item, Fraction(0)) + from_micro(one.quantity_micro)
    return found


def _need(item: str, asked: Fraction, before: Fraction, lines: tuple[Entitlement, ...]) -> ItemNeed:
    mine = [one for one in lines if one.line.item == item]
    left = (
        sum((from_micro(one.left_micro) for one in mine if one.left_micro is not None), Fraction(0)) if mine else None
    )
    after = None if left is None else left + before - asked
    line = mine[0].line if mine else None
    return ItemNeed(
        item=item,
        no=None if line is None else line.no,
        name=item_title(item) if line is None else line.name,
        unit=(line.unit if line is not None else None) or item_unit(item),
        asked=decimal_text(asked),
        before=decimal_text(before),
        left=None if left is None else decimal_text(left),
        after=None if after is None else decimal_text(after),
        exceeds=asked > before and (after is None or after < 0),
    )


def kind_name(kind: str) -> str:
    """What a kind of resource is called, of those that services build and of those only adopted."""
    from yunqi.services.registry import load_catalogue

    entries = load_catalogue()
    return choose_words(entries[kind].name) if kind in entries else _("账号与服务")


def item_title(item: str) -> str:
    """What the catalogue calls an item; an item that it does not have stays its code."""
    items = load_catalogue()
    return items.item(item).title if item in items else item


def item_unit(item: str) -> str:
    """What an item is counted in, "" for one that the catalogue does not have."""
    items = load_catalogue()
    return items.item(item).unit if item in items else ""
