"""The methods, one class a noun. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from yunqi.client.base import Session

if TYPE_CHECKING:
    from yunqi.client.methods.bonds import Bonds
    from yunqi.client.methods.bursts import Bursts
    from yunqi.client.methods.contracts import Contracts
    from yunqi.client.methods.entitlements import Entitlements
    from yunqi.client.methods.files import Files
    from yunqi.client.methods.months import Months
    from yunqi.client.methods.occurrences import Occurrences
    from yunqi.client.methods.organisations import Organisations
    from yunqi.client.methods.overview import Overview
    from yunqi.client.methods.payments import Payments
    from yunqi.client.methods.persons import Persons
    from yunqi.client.methods.proposals import Proposals
    from yunqi.client.methods.readings import Readings
    from yunqi.client.methods.resources import Resources
    from yunqi.client.methods.statements import Statements
    from yunqi.client.methods.systems import Systems
    from yunqi.client.methods.tenants import Tenants
    from yunqi.client.methods.tokens import Tokens
    from yunqi.client.methods.work_orders import WorkOrders


class Nouns:
    """Every noun as an attribute."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @cached_property
    def bonds(self) -> Bonds:
        """The methods of bonds."""
        from yunqi.client.methods.bonds import Bonds

        return Bonds(self._session)

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
    def months(self) -> Months:
        """The methods of months."""
        from yunqi.client.methods.months import Months

        return Months(self._session)

    @cached_property
    def occurrences(self) -> Occurrences:
        """The methods of occurrences."""
        from yunqi.client.methods.occurrences import Occurrences

        return Occurrences(self._session)

    @cached_property
    def organisations(self) -> Organisations:
        """The methods of organisations."""
        from yunqi.client.methods.organisations import Organisations

        return Organisations(self._session)

    @cached_property
    def overview(self) -> Overview:
        """The methods of overview."""
        from yunqi.client.methods.overview import Overview

        return Overview(self._session)

    @cached_property
    def payments(self) -> Payments:
        """The methods of payments."""
        from yunqi.client.methods.payments import Payments

        return Payments(self._session)

    @cached_property
    def persons(self) -> Persons:
        """The methods of persons."""
        from yunqi.client.methods.persons import Persons

        return Persons(self._session)

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

    @cached_property
    def statements(self) -> Statements:
        """The methods of statements."""
        from yunqi.client.methods.statements import Statements

        return Statements(self._session)

    @cached_property
    def systems(self) -> Systems:
        """The methods of systems."""
        from yunqi.client.methods.systems import Systems

        return Systems(self._session)

    @cached_property
    def tenants(self) -> Tenants:
        """The methods of tenants."""
        from yunqi.client.methods.tenants import Tenants

        return Tenants(self._session)

    @cached_property
    def tokens(self) -> Tokens:
        """The methods of tokens."""
        from yunqi.client.methods.tokens import Tokens

        return Tokens(self._session)

    @cached_property
    def work_orders(self) -> WorkOrders:
        """The methods of work orders."""
        from yunqi.client.methods.work_orders import WorkOrders

        return WorkOrders(self._session)
