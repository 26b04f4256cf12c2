"""What all tables share: the metadata, and the columns that recur."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, Integer, MetaData

from yunqi.store.types import ID_LENGTH, UtcInstant, binary_text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = binary_text(ID_LENGTH)
Digest = binary_text(64)  # SM3, lower-case hex
Big = BigInteger().with_variant(Integer, "sqlite")


def recorded() -> Column[datetime]:
    """When the row was written: what was known when."""
    return Column("recorded_at", UtcInstant, nullable=False)


def valid() -> tuple[Column[datetime], Column[datetime]]:
    """The half-open span over which the row says something; no end means until further notice.

    Rows are never updated: of the rows whose span covers an instant, the one recorded last holds.
    """
    return Column("valid_from", UtcInstant, nullable=False), Column("valid_until", UtcInstant)
