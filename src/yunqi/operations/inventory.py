"""What a tenant has under a contract, and everything that holds its data until a certificate shows the end of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.exit.model import Erasing, Proof
from yunqi.cases.machine import Event
from yunqi.kernel.period import date_of
from yunqi.operations.installation import Installation
from yunqi.services.registry import load_services
from yunqi.store.certificates import list_certificates
from yunqi.store.contracts import Contract
from yunqi.store.entitlements import render_quantity
from yunqi.store.parties import list_systems
from yunqi.store.resources import Resource, iterate_resources, list_draws_of_resource

FORMAT = "yunqi-inventory-1"
_COPIES = frozenset({"storage.backup", "storage.offsite_backup"})
"""Price items whose use leaves copies of the data outside the resources themselves."""


def read_inventory(connection: Connection, found: Contract, names: Mapping[str, str]) -> dict[str, Any]:
    """All that the tenant has under a contract, as JSON data: resources with what they draw. `names`: of systems."""
    services = load_services()
    resources = [
        {
            "id": one.id,
            "kind": one.kind,
            "name": one.name,
            "system": names.get(one.system_id or "", ""),
            "phase": one.phase,
            "keeps_data": one.kind in services and services[one.kind].keeps_data,
            "spec": {key: str(value) for key, value in sorted(one.spec.items())},
            "draws": [
                {"item": draw.item, "quantity": render_quantity(draw.quantity_micro)}
                for draw in list_draws_of_resource(connection, one.id)
                if draw.end_at is None
            ],
        }
        for one in iterate_resources(connection, contract_id=found.id)
    ]
    return {"format": FORMAT, "contract": found.id, "number": found.number, "resources": resources}


def system_names(installation: Installation, connection: Connection, found: Contract) -> dict[str, str]:
    """The names of the using unit's information systems, by id."""
    systems = list_systems(connection, found.using_unit_id, at=installation.clock.now())
    return {one.id: one.name for one in systems}


def list_stores(
    connection: Connection, found: Contract, law: Mapping[str, Any], events: Sequence[tuple[Event, str]]
) -> tuple[Erasing, ...]:
    """Everything that holds data of the using unit: resources that keep data, copies that the contract's backup lines
    stand for, and replicas that the provider has named. `events`: of the case, each with its record.
    """
    services = load_services()
    stores = [
        _resource_store(connection, one)
        for one in iterate_resources(connection, contract_id=found.id, gone=True)
        if one.kind in services and services[one.kind].keeps_data
    ]
    places = [str(line["name"]) for line in law.get("price_lines") or () if line.get("item") in _COPIES]
    places += [str(one.data["place"]) for one, _fact in events if one.name == "replica"]
    erased = {
        str(one.data["place"]): Proof(
            one.name,
            fact,
            f"{one.data['method']} {one.data['evidence']}",
            str(one.data.get("sm3") or ""),
            date_of(one.at),
        )
        for one, fact in events
        if one.name == "replica_erased"
    }
    for place in dict.fromkeys(places):
        proof = erased.get(place)
        stores.append(Erasing(f"replica:{place}", place, proof is not None, (proof,) if proof else ()))
    return tuple(stores)


def _resource_store(connection: Connection, one: Resource) -> Erasing:
    proofs = tuple(
        Proof(
            "certificate",
            str(each["id"]),
            str(each["volume_id"]),
            str(each["data"].get("sm3") or ""),
            date_of(each["issued_at"]),
        )
        for each in list_certificates(connection, resource_id=one.id)
    )
    return Erasing(one.id, f"{one.name}（{one.id}）", one.gone_at is not None, proofs)
