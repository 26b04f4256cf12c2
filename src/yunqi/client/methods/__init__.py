"""The methods, one class a noun. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from yunqi.client.base import Session

if TYPE_CHECKING:
    from yunqi.client.methods.bursts import Bursts
    from yunqi.client.methods.contracts import Contracts
    from yunqi.client.methods.entitlements import Entitlements
    from yunqi.client.methods.files import Files
    from yunqi.client.methods.proposals import Proposals
    from yunqi.client.methods.readings import Readings
    from yunqi.client.methods.resources import Resources


class Nouns:
    """Every noun as an attribute."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @cached_property
    def bursts(self) -> Bursts:
        """The methods of bursts."""
        from yunqi.client.methods.bursts import Bursts

        return Bursts(self._session)

    @cached_property
    def contracts(self) -> Contracts:
        """The methods of contracts."""
        from yunqi.client.methods.contracts import Contracts

        return Contracts(self._session)

    @cached_property
    def entitlements(self) -> Entitlements:
        """The methods of entitlements."""
        from yunqi.client.methods.entitlements import Entitlements

        return Entitlements(self._session)

    @cached_property
    def files(self) -> Files:
        """The methods of files."""
        from yunqi.client.methods.files import Files

        return Files(self._session)

    @cached_property
    def proposals(self) -> Proposals:
        """The methods of proposals."""
        from yunqi.client.methods.proposals import Proposals

        return Proposals(self._session)

    @cached_property
    def readings(self) -> Readings:
        """The methods of readings."""
        from yunqi.client.methods.readings import Readings

        return Readings(self._session)

    @cached_property
    def resources(self) -> Resources:
        """The methods of resources."""
        from yunqi.client.methods.resources import Resources

        return Resources(self._session)
