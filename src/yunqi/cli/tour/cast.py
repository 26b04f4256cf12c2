"""Who plays in the tour: the parties of the two sample contracts, their people, and the flags of the systems."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from yunqi.operations.contracts import Imported
from yunqi.operations.installation import Installation
from yunqi.operations.parties import deploy_system, flag_system
from yunqi.store import parties

SUPERVISOR = "云州市信息安全测评中心"
FIRST_SYSTEM, SECOND_SYSTEM = 0, 1
# grade, important, internet-facing, fee share of the first agency's ten systems
FLAGS = (
    ("3", "yes", "yes", "20%"),
    ("3", "yes", "no", "15%"),
    ("3", "yes", "no", "15%"),
    ("3", "no", "yes", "10%"),
    ("2", "no", "yes", "5%"),
    ("2", "no", "no", "5%"),
    ("3", "no", "no", "10%"),
    ("2", "no", "no", "5%"),
    ("2", "no", "no", "10%"),
    ("2", "no", "yes", "5%"),
)


@dataclass
class Side:
    """One agency's side of the play: its contract, and people who act for it and for its provider."""

    contract: str
    contract_id: str
    using_unit: str
    provider: str
    systems: tuple[str, ...]
    clerk: str = ""
    approver: str = ""
    operator: str = ""
    lead: str = ""
    tenant_id: str = ""
    work_order: str = ""
    names: dict[str, str] = field(default_factory=dict)


@dataclass
class Cast:
    """Everybody. People are ids."""

    first: Side
    second: Side
    administration: str
    officer: str = ""
    auditor: str = ""


def plan_side(installation: Installation, imported: Imported) -> Side:
    """A side from what an import gave."""
    with installation.database.read() as connection:
        using_unit = parties.require_organisation(connection, imported.contract.using_unit_id).name
        provider = parties.require_organisation(connection, imported.contract.provider_id).name
    return Side(
        contract=imported.contract.number or imported.contract.id,
        contract_id=imported.contract.id,
        using_unit=using_unit,
        provider=provider,
        systems=tuple(system["name"] for system in imported.data["systems"]),
    )


def register_people(installation: Installation, cast: Cast) -> int:
    """Registers the administration, the supervisor and everybody's people with roles; returns how many people."""
    now = installation.clock.now()
    count = 0
    with installation.database.write() as connection:
        for name, role in ((cast.administration, "administration"), (SUPERVISOR, "supervisor")):
            if parties.find_organisation(connection, name) is None:
                parties.add_organisation(connection, name=name, role=role, now=now)

        def add(organisation: str, name: str, *roles: str) -> str:
            nonlocal count
            owner = parties.require_organisation(connection, organisation)
            person = parties.add_person(connection, organisation_id=owner.id, name=name, now=now)
            for role in roles:
                parties.set_role(connection, person_id=person, role=role, granted=True, valid_from=now, now=now)
            count += 1
            return person

        for side, names in (
            (cast.first, ("周予安", "林知远", "唐砚", "沈川")),
            (cast.second, ("许清和", "方以宁", "陆鸣", "秦越")),
        ):
            side.clerk = add(side.using_unit, names[0], "operator")
            side.approver = add(side.using_unit, names[1], "approver")
            side.operator = add(side.provider, names[2], "operator")
            side.lead = add(side.provider, names[3], "approver")
        cast.officer = add(cast.administration, "顾长明", "approver", "operator")
        cast.auditor = add(SUPERVISOR, "温书言", "reader", "operator")
    return count


def register_tenants(installation: Installation, cast: Cast) -> None:
    """A tenant for each agency, its systems deployed there, and the flags of the first agency's systems."""
    now = installation.clock.now()
    with installation.database.write() as connection:
        for side in (cast.first, cast.second):
            unit = parties.require_organisation(connection, side.using_unit)
            seller = parties.require_organisation(connection, side.provider)
            side.tenant_id = parties.add_tenant(
                connection, organisation_id=unit.id, provider_id=seller.id, name=side.using_unit, now=now
            )
    for side in (cast.first, cast.second):
        for name in side.systems:
            deploy_system(installation, side.using_unit, name, side.provider)
    start = _term_start(installation, cast.first)
    for name, (grade, important, facing, share) in zip(cast.first.systems, FLAGS, strict=True):
        for flag, value in (
            ("grade", grade),
            ("important", important),
            ("internet_facing", facing),
            ("fee_share", share),
        ):
            flag_system(installation, cast.first.using_unit, name, flag, value, start)
    for name in cast.second.systems:
        flag_system(installation, cast.second.using_unit, name, "grade", "2", start)
        flag_system(installation, cast.second.using_unit, name, "important", "no", start)


def _term_start(installation: Installation, side: Side) -> datetime:
    from yunqi.kernel.period import day_start
    from yunqi.store.contracts import require_contract

    with installation.database.read() as connection:
        start_on = require_contract(connection, side.contract_id).start_on
    return installation.clock.now() if start_on is None else day_start(start_on)
