"""Counting whoever, signed in, fails to show the password or code again: as a failed sign-in of that login."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from yunqi.kernel.errors import Problem
from yunqi.kernel.lockout import LOGIN_RULE, charge, settle_failure
from yunqi.kernel.rights import Caller
from yunqi.store import guards
from yunqi.store.accounts import find_account_of

PROOF_CODES = frozenset({"password.wrong", "totp.wrong"})


def count_failed_proof(connection: Connection, caller: Caller, error: Problem, now: datetime) -> None:
    """Counts a refusal of `PROOF_CODES` like a failed sign-in; called in the transaction that records the refusal."""
    if error.code not in PROOF_CODES or caller.person_id is None:
        return
    account = find_account_of(connection, caller.person_id)
    if account is None:
        return
    key = guards.key_of_login(account.login)
    charged = charge(guards.lock_guard(connection, key, now), now, LOGIN_RULE)
    if charged is not None:
        guards.keep_guard(connection, key, settle_failure(charged, now, LOGIN_RULE), now)
