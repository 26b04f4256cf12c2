"""Locking out who guesses: how many attempts a login or an address has, and for how long it is then shut.

An attempt is charged before its password is looked at, and given back when it was good. Any number of attempts at the
same moment therefore get no more tries than the same number one after the other.

Source: GB/T 22239-2019 8.1.4.1 b (failed sign-ins are limited), OWASP ASVS 2.2.1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class LockRule:
    """`limit` failures within `window` shut it for `lock`; each further time twice as long, up to `longest`."""

    limit: int
    window: timedelta
    lock: timedelta
    longest: timedelta


LOGIN_RULE = LockRule(5, timedelta(minutes=15), timedelta(minutes=15), timedelta(hours=24))
ADDRESS_RULE = LockRule(100, timedelta(minutes=15), timedelta(minutes=15), timedelta(hours=1))
"""A whole agency may stand behind one address."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What is known of one login's or address's attempts. `failures` counts those under way too."""

    failures: int = 0
    first_at: datetime | None = None
    locks: int = 0
    locked_until: datetime | None = None


def is_locked(guard: Guard, now: datetime) -> bool:
    """Whether it is shut at this moment."""
    return guard.locked_until is not None and now < guard.locked_until


def charge(guard: Guard, now: datetime, rule: LockRule) -> Guard | None:
    """The guard with one more attempt under way; None when there may be none."""
    if is_locked(guard, now):
        return None
    if guard.locked_until is not None and now >= guard.locked_until + rule.longest:
        guard = Guard()  # long quiet: what was is forgotten
    if guard.locked_until is not None or guard.first_at is None or now >= guard.first_at + rule.window:
        guard = replace(guard, failures=0, first_at=now, locked_until=None)
    if guard.failures >= rule.limit:  # all that are allowed are under way
        return None
    return replace(guard, failures=guard.failures + 1)


def settle_failure(guard: Guard, now: datetime, rule: LockRule) -> Guard:
    """The guard after a charged attempt failed: shut once the limit is reached."""
    if is_locked(guard, now) or guard.failures < rule.limit:
        return guard
    duration = min(rule.lock * (1 << min(guard.locks, 16)), rule.longest)
    return replace(guard, locks=guard.locks + 1, locked_until=now + duration)


def give_back(guard: Guard) -> Guard:
    """The guard after a charged attempt turned out good, though the sign-in is not complete yet."""
    return replace(guard, failures=max(0, guard.failures - 1))
