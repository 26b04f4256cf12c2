"""A signed home with everybody of the sample as a caller, and the ways to ask for actions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.kits.session import Session

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Caller
from yunqi.operations.actions import Desk, Outcome, load_actions, perform
from yunqi.operations.actions.waiting import caller_of
from yunqi.operations.installation import Installation


class People:
    """The sample's people as callers: clerk, approver (using unit); operator, lead (provider); officer, auditor."""

    def __init__(self, site: Installation, session: Session) -> None:
        assert session.cast is not None
        self.site = site
        self.cast = session.cast
        first, second = session.cast.first, session.cast.second
        self.clerk = self.caller(first.clerk)
        self.approver = self.caller(first.approver)
        self.operator = self.caller(first.operator)
        self.lead = self.caller(first.lead)
        self.other_clerk = self.caller(second.clerk)
        self.other_approver = self.caller(second.approver)
        self.other_operator = self.caller(second.operator)
        self.other_lead = self.caller(second.lead)
        self.officer = self.caller(session.cast.officer)
        self.auditor = self.caller(session.cast.auditor)

    def caller(self, person_id: str) -> Caller:
        """A person with the roles of the moment."""
        with self.site.database.read() as connection:
            nobody = Caller(None, "", None, "", "", frozenset())
            return caller_of(Desk(self.site, nobody, self.site.clock.now(), connection), person_id)


def ask(site: Installation, caller: Caller, action: str, /, **fields: Any) -> Outcome:
    """Performs an action with a request made of plain fields; words with a leading underscore go to `perform`."""
    options = {key[1:]: fields.pop(key) for key in list(fields) if key.startswith("_")}
    return perform(site, caller, action, load_actions()[action].request.model_validate(fields), **options)


def refusal(code: str, site: Installation, caller: Caller, action: str, /, **fields: Any) -> Problem:
    """The `Problem` of this code that an action is refused with."""
    with pytest.raises(Problem) as caught:
        ask(site, caller, action, **fields)
    assert caught.value.code == code, caught.value
    return caught.value


def act_as(caller: Caller, *roles: str, role: str = "", **changes: Any) -> Caller:
    """The same caller with other roles, perhaps within an organisation of another role."""
    return replace(caller, roles=frozenset(roles), organisation_role=role or caller.organisation_role, **changes)
