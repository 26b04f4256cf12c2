"""The methods of integrators. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from datetime import datetime

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import Done
from yunqi.wire.identity import ListIntegrators, ServiceList, SetIntegrator

_LIST = Deed("integrator.list", "GET", "/integrators", "read", ListIntegrators)
_SET = Deed("integrator.set", "POST", "/integrators", "write", SetIntegrator)


class IntegratorsMethods(Noun):
    """What can be asked and done."""

    def list(self, *, using_unit: str | None = None) -> ServiceList:
        """Who serves which of the systems that the caller may see."""
        return self._answer(_LIST, {"using_unit": using_unit}, ServiceList)

    def set(
        self,
        *,
        system: str,
        integrator: str,
        granted: bool = True,
        valid_from: datetime | None = None,
        valid_until: datetime | None = None,
        key: str | None = None,
    ) -> Done:
        """Lets an integrator serve a system of the caller's organisation, or no longer."""
        return self._answer(
            _SET,
            {
                "system": system,
                "integrator": integrator,
                "granted": granted,
                "valid_from": valid_from,
                "valid_until": valid_until,
            },
            Done,
            key=key,
        )
