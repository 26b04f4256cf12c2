"""Fills a database with a signed contract's rows and orders, for tests of what follows an order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from yunqi.kernel.ids import make_id
from yunqi.services.base import ResourceView
from yunqi.services.registry import load_catalogue, prepare_change, prepare_order
from yunqi.store import tables
from yunqi.store.database import Database

START = datetime(2025, 7, 1, tzinfo=UTC)
ITEMS = ("compute.vcpu", "compute.memory", "storage.normal", "storage.high", "network.ip", "network.bandwidth")


@dataclass
class Seed:
    """One contract between two parties, with a tenant; orders by name."""

    database: Database
    tenant: str = field(default_factory=lambda: make_id("ten"))
    contract: str = field(default_factory=lambda: make_id("con"))
    person: str = field(default_factory=lambda: make_id("per"))
    work_order: str = field(default_factory=lambda: make_id("cas"))
    lines: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.database.write() as connection:
            self._parties(connection)

    def _parties(self, connection: Connection) -> None:
        user, provider, document = make_id("org"), make_id("org"), make_id("doc")
        known = {"recorded_at": START}
        for key, role in ((user, "using_unit"), (provider, "provider")):
            connection.execute(tables.organisation.insert().values(id=key, name=key, role=role, **known))
        connection.execute(tables.person.insert().values(id=self.person, organisation_id=user, name="经办人", **known))
        connection.execute(
            tables.tenant.insert().values(
                id=self.tenant, organisation_id=user, provider_id=provider, name="租户", **known
            )
        )
        connection.execute(
            tables.document.insert().values(
                id=document, sm3=document.rjust(64, "0"), file_name="a.docx", size_bytes=0, content=b"", **known
            )
        )
        connection.execute(
            tables.contract.insert().values(
                id=self.contract,
                number=self.contract,
                title="合同",
                using_unit_id=user,
                provider_id=provider,
                document_id=document,
                data={},
                state="signed",
                total_fen=0,
                **known,
            )
        )
        for no, item in enumerate(ITEMS, start=1):
            self.lines[item] = make_id("lin")
            connection.execute(
                tables.price_line.insert().values(
                    id=self.lines[item],
                    contract_id=self.contract,
                    no=no,
                    item=item,
                    name=item,
                    quantity_micro=10**15,
                    parameters={},
                    draw_kind="span",
                    source={},
                    valid_from=START,
                    **known,
                )
            )
        connection.execute(
            tables.case.insert().values(
                id=self.work_order,
                kind="work_order",
                contract_id=self.contract,
                tenant_id=self.tenant,
                number=self.work_order,
                title="上云",
                state="approved",
                data={},
                opened_at=START,
                **known,
            )
        )

    def views(self) -> list[ResourceView]:
        """The tenant's live resources."""
        live = tables.resource.c
        with self.database.read() as connection:
            rows = connection.execute(
                select(tables.resource).where(live.tenant_id == self.tenant, live.gone_at.is_(None))
            ).all()
        return [
            ResourceView(
                row.id,
                row.kind,
                row.name,
                row.tenant_id,
                row.system_id,
                row.spec,
                row.generation,
                row.delete_asked_at is not None,
                row.erase_approved_by is not None,
            )
            for row in rows
        ]

    def order(self, kind: str, name: str, **fields: Any) -> str:
        """Records an order with its draws; returns its id."""
        prepared = prepare_order(kind, name, fields, self.views(), {})
        key = self.ids[name] = make_id(load_catalogue()[kind].id_prefix)
        with self.database.write() as connection:
            connection.execute(
                tables.resource.insert().values(
                    id=key,
                    kind=kind,
                    name=name,
                    tenant_id=self.tenant,
                    contract_id=self.contract,
                    work_order_id=self.work_order,
                    spec=prepared.spec,
                    generation=1,
                    created_at=START,
                )
            )
            connection.execute(
                tables.resource_status.insert().values(
                    resource_id=key, phase="ordered", observed_generation=0, detail={}, updated_at=START
                )
            )
            for need in prepared.needs:
                connection.execute(
                    tables.draw.insert().values(
                        id=make_id("drw"),
                        contract_id=self.contract,
                        price_line_id=self.lines[need.item],
                        resource_id=key,
                        item=need.item,
                        kind=need.kind.value,
                        quantity_micro=int(need.quantity * 10**6),
                        start_at=START,
                        recorded_at=START,
                    )
                )
        return key

    def change(self, name: str, **fields: Any) -> None:
        """Records a change of the spec."""
        views = self.views()
        prepared = prepare_change(next(view for view in views if view.id == self.ids[name]), fields, views, {})
        with self.database.write() as connection:
            connection.execute(
                update(tables.resource)
                .where(tables.resource.c.id == self.ids[name])
                .values(spec=prepared.spec, generation=tables.resource.c.generation + 1)
            )

    def ask_delete(self, *names: str, approve: bool = True) -> None:
        """Asks for the end, and approves the loss of the data."""
        values: dict[str, Any] = {"delete_asked_at": START, "delete_asked_by": self.person}
        if approve:
            values |= {"erase_approved_at": START, "erase_approved_by": self.person}
        with self.database.write() as connection:
            connection.execute(
                update(tables.resource)
                .where(tables.resource.c.id.in_([self.ids[name] for name in names]))
                .values(values)
            )

    def phases(self) -> Mapping[str, str]:
        """What is recorded of each resource ever ordered, by id."""
        with self.database.read() as connection:
            rows = connection.execute(select(tables.resource_status.c.resource_id, tables.resource_status.c.phase))
            return {row.resource_id: row.phase for row in rows}

    def count(self, table: Any, *conditions: Any) -> int:
        """How many rows of a table meet the conditions."""
        with self.database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())
