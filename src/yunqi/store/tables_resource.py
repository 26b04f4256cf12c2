"""Tables of the resources, what they draw, what was chosen for them, and the work under way."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from yunqi.store.columns import Big, Id, metadata, recorded
from yunqi.store.types import CanonicalJson, UtcInstant


def _unique_where(name: str, *columns: str, where: str) -> Index:
    condition = text(where)
    return Index(name, *columns, unique=True, sqlite_where=condition, postgresql_where=condition)


resource = Table(
    "resource",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(30), nullable=False),
    Column("name", String(63), nullable=False),
    Column("tenant_id", Id, ForeignKey("tenant.id"), nullable=False),
    Column("system_id", Id, ForeignKey("information_system.id")),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("work_order_id", Id, ForeignKey("case.id"), nullable=False),
    Column("spec", CanonicalJson, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("ordered_by", Id, ForeignKey("person.id")),
    Column("delete_asked_at", UtcInstant),
    Column("delete_asked_by", Id, ForeignKey("person.id")),
    Column("erase_approved_at", UtcInstant),
    Column("erase_approved_by", Id, ForeignKey("person.id")),
    Column("gone_at", UtcInstant),
    _unique_where("uq_resource_live_name", "tenant_id", "kind", "name", where="gone_at IS NULL"),
    Index("ix_resource_tenant", "tenant_id", "kind", "name"),
    Index("ix_resource_contract", "contract_id", "id"),
    Index("ix_resource_live", "gone_at", "id"),
)

resource_spec = Table(  # what each generation asked for; `resource.spec` is the last
    "resource_spec",
    metadata,
    Column("resource_id", Id, ForeignKey("resource.id"), primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("spec", CanonicalJson, nullable=False),
    Column("work_order_id", Id, ForeignKey("case.id"), nullable=False),
    Column("person_id", Id, ForeignKey("person.id")),
    recorded(),
)

resource_status = Table(
    "resource_status",
    metadata,
    Column("resource_id", Id, ForeignKey("resource.id"), primary_key=True),
    Column("phase", String(20), nullable=False),  # ordered building ready repairing waiting erasing gone failed
    Column("observed_generation", Integer, nullable=False),
    Column("detail", CanonicalJson, nullable=False),
    Column("ready_at", UtcInstant),
    Column("updated_at", UtcInstant, nullable=False),
)

allocation = Table(
    "allocation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("resource_id", Id, ForeignKey("resource.id"), nullable=False),
    Column("pool", String(60), nullable=False),  # ip mac cidr gateway public_ip host
    Column("scope", String(80), nullable=False),  # the pool is unique within: a network id, or "site"
    Column("value", String(80), nullable=False),
    recorded(),
    Column("released_at", UtcInstant),  # kept: who had an address when is asked years later
    _unique_where("uq_allocation_value", "pool", "scope", "value", where="released_at IS NULL"),
    _unique_where("uq_allocation_pool", "resource_id", "pool", where="released_at IS NULL"),
)

draw = Table(
    "draw",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("price_line_id", Id, ForeignKey("price_line.id")),
    Column("burst_id", Id, ForeignKey("burst.id")),
    Column("resource_id", Id, ForeignKey("resource.id")),
    Column("item", String(60), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("quantity_micro", Big, nullable=False),
    Column("start_at", UtcInstant, nullable=False),
    Column("end_at", UtcInstant),
    Column("ready_at", UtcInstant),
    recorded(),
    Column("end_recorded_at", UtcInstant),  # when the end became known: a month can be made again as known before it
    # A unique constraint over both origins would bind nothing: one of them is always null.
    _unique_where("uq_draw_open_line", "resource_id", "price_line_id", where="end_at IS NULL AND kind = 'span'"),
    _unique_where("uq_draw_open_burst", "resource_id", "burst_id", where="end_at IS NULL AND kind = 'span'"),
    CheckConstraint("(price_line_id IS NULL) <> (burst_id IS NULL)", name="one_origin"),
    CheckConstraint("kind in ('span','run','piece','deliverable')", name="kind"),
    CheckConstraint("quantity_micro > 0", name="positive"),
    CheckConstraint("end_at >= start_at", name="order"),
    Index("ix_draw_line", "price_line_id", "end_at"),
    Index("ix_draw_contract", "contract_id", "item"),
    Index("ix_draw_resource", "resource_id"),
)

certificate = Table(
    "certificate",
    metadata,
    Column("id", Id, primary_key=True),
    Column("resource_id", Id, ForeignKey("resource.id"), nullable=False),
    Column("volume_id", String(60), nullable=False, unique=True),
    Column("data", CanonicalJson, nullable=False),
    Column("issued_at", UtcInstant, nullable=False),
)

# --- work ------------------------------------------------------------------------------------------------------------

lease = Table(
    "lease",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("holder", String(120), nullable=False),
    Column("token", Big, nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
)

run = Table(
    "run",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("key", String(120), nullable=False),
    Column("arguments", CanonicalJson, nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text),
    Column("opened_at", UtcInstant, nullable=False),
    Column("closed_at", UtcInstant),
    Column("person_id", Id),  # who asked, for a run that a person began
    Column("organisation_id", Id),
    Column("contract_id", Id),
    Column("note", String(300)),  # what it is doing, in words
    Column("done", Integer),
    Column("total", Integer),
    Column("result", CanonicalJson),
    Column("caller", CanonicalJson),  # as whom it acts
    Column("holder", String(120)),  # the worker that has it, until lease_until
    Column("lease_until", UtcInstant),
    Column("cancel_asked_at", UtcInstant),
    UniqueConstraint("kind", "key"),
    CheckConstraint("state in ('open','done','failed','cancelled')", name="state"),
    Index("ix_run_state", "state", "id"),
    Index("ix_run_person", "person_id", "id"),
)

run_step = Table(
    "run_step",
    metadata,
    Column("run_id", Id, ForeignKey("run.id"), primary_key=True),
    Column("name", String(60), primary_key=True),
    Column("output", CanonicalJson),
    Column("finished_at", UtcInstant, nullable=False),
)
