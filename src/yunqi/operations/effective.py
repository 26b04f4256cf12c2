"""Since when a contract is effective."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from yunqi.kernel.period import date_of
from yunqi.store.contracts import Contract, list_signatures


def read_dates(connection: Connection, contract: Contract) -> dict[str, date]:
    """A contract is effective from the day its text states, else when both parties have signed."""
    stated = contract.data.get("signed_on")
    if stated is not None:
        return {"effective": date.fromisoformat(stated)}
    signatures = list_signatures(connection, contract.id)
    if contract.state == "signed" and signatures:
        return {"effective": max(date_of(one.signed_at) for one in signatures)}
    return {}
