"""The methods of incidents. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import PAGE_LIMIT, ById, Page
from yunqi.wire.incidents import AdvanceIncident, IncidentDetail, IncidentRow, ListIncidents, OpenIncident

_ADVANCE = Deed("incident.advance", "POST", "/incidents/{id}/events", "write", AdvanceIncident)
_LIST = Deed("incident.list", "GET", "/incidents", "read", ListIncidents)
_OPEN = Deed("incident.open", "POST", "/incidents", "write", OpenIncident)
_READ = Deed("incident.read", "GET", "/incidents/{id}", "read", ById)


class IncidentsMethods(Noun):
    """What can be asked and done."""

    def advance(
        self,
        id: str,
        *,
        event: Literal["reported", "responded", "arrived", "located", "recovered", "closed", "withdrawn"],
        at: datetime | None = None,
        channel: str | None = None,
        root_cause: str | None = None,
        reason: str | None = None,
        note: str | None = None,
        event_count: int | None = None,
        key: str | None = None,
    ) -> IncidentDetail:
        """Reports, responds, arrives, locates, recovers, closes or withdraws."""
        return self._answer(
            _ADVANCE,
            {
                "id": id,
                "event": event,
                "at": at,
                "channel": channel,
                "root_cause": root_cause,
                "reason": reason,
                "note": note,
                "event_count": event_count,
            },
            IncidentDetail,
            key=key,
        )

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        contract: str | None = None,
        system: str | None = None,
        state: Literal["open", "responded", "recovered", "closed", "withdrawn"] | None = None,
        text: str | None = None,
        lasting: bool = False,
    ) -> Page[IncidentRow]:
        """Incidents that the caller may see, the newest first."""
        return self._answer(
            _LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "sort": sort,
                "contract": contract,
                "system": system,
                "state": state,
                "text": text,
                "lasting": lasting,
            },
            Page[IncidentRow],
        )

    def iterate(
        self,
        *,
        sort: str | None = None,
        contract: str | None = None,
        system: str | None = None,
        state: Literal["open", "responded", "recovered", "closed", "withdrawn"] | None = None,
        text: str | None = None,
        lasting: bool = False,
    ) -> Iterator[IncidentRow]:
        """Incidents that the caller may see, the newest first; of all pages, one after another."""
        return self._iterate(
            _LIST,
            {
                "sort": sort,
                "contract": contract,
                "system": system,
                "state": state,
                "text": text,
                "lasting": lasting,
                "limit": PAGE_LIMIT,
            },
            Page[IncidentRow],
        )

    def open(
        self,
        *,
        contract: str,
        title: str,
        kind: Literal["fault", "request"] = "fault",
        type: Literal["interruption", "degradation", "tampering", "data_loss", "intrusion", "request"] = "interruption",
        system: str | None = None,
        object: str | None = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> IncidentDetail:
        """Opens an incident that a person saw; raises `Problem` incident.future, incident.object, system.unknown."""
        return self._answer(
            _OPEN,
            {
                "contract": contract,
                "title": title,
                "kind": kind,
                "type": type,
                "system": system,
                "object": object,
                "at": at,
            },
            IncidentDetail,
            key=key,
        )

    def read(self, id: str) -> IncidentDetail:
        """An incident with the clocks of the contract's clauses as of now; what a breach costs is the parties' and
        their overseers' to know, not the integrator's.
        """
        return self._answer(_READ, {"id": id}, IncidentDetail)
