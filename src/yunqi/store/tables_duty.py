"""Tables of duty: the rota by shift, with who came and to whom it was handed over."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text

from yunqi.store.columns import Id, metadata, recorded
from yunqi.store.types import UtcInstant

duty_shift = Table(
    "duty_shift",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("post", String(20), nullable=False),
    Column("person_name", String(60), nullable=False),
    Column("telephone", String(40), nullable=False),
    Column("start_at", UtcInstant, nullable=False),
    Column("end_at", UtcInstant, nullable=False),
    Column("planned_by", Id, ForeignKey("person.id"), nullable=False),
    recorded(),
    Column("taken_at", UtcInstant),
    Column("taken_by", Id, ForeignKey("person.id")),
    Column("taken_recorded_at", UtcInstant),
    Column("left_at", UtcInstant),
    Column("left_by", Id, ForeignKey("person.id")),
    Column("left_recorded_at", UtcInstant),
    Column("next_id", Id),  # the shift that took over from it
    Column("note", Text),  # what was handed over in words
    Column("dropped_at", UtcInstant),
    Column("dropped_by", Id, ForeignKey("person.id")),
    CheckConstraint("start_at < end_at", name="span"),
    Index("ix_duty_shift_contract", "contract_id", "start_at"),
)
