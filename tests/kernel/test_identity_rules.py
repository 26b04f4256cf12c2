"""Rules of identity as tables: passwords, logins, lock-out, three administrators, consents."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunqi.kernel.administrators import Grant, judge_grants, judge_roles, roles_at
from yunqi.kernel.consents import consent_holds, judge_consent, state_of
from yunqi.kernel.lockout import LOGIN_RULE, Guard, charge, give_back, is_locked, settle_failure
from yunqi.kernel.passwords import fold_login, fold_password, is_common, judge_password
from yunqi.kernel.rights import INSTALLATION_ROLES, ORGANISATION_ROLES
from yunqi.kernel.secret import Secret

NOW = datetime(2026, 11, 2, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("four lamps by the pier", None),
        ("四月的雨落在旧瓦上敲了一夜", None),
        ("zK9-vLq2-Mw7x", None),
        ("x" * 256, "password.common"),
        ("aB3$" * 64 + "x", "password.length"),
        ("short", "password.length"),
        ("elevenchars", "password.length"),
        ("x" * 10_000_000, "password.length"),
        ("", "password.length"),
        ("four\0lamps by the pier", "password.characters"),
        ("four lamps \ud800 by the pier", "password.characters"),
        ("password2026!!", "password.common"),
        ("Passw0rd-2026", "password.common"),
        ("ADMINISTRATOR", "password.common"),
        ("qwertyuiop123", "password.common"),
        ("1qaz2wsx3edc", "password.common"),
        ("123456789012", "password.common"),
        ("987654321098", "password.common"),
        ("abcdefghijkl", "password.common"),
        ("abababababab", "password.common"),
        ("!!!!!!!!!!!!", "password.common"),
        ("welcome.yunqi", "password.common"),
        ("my li.ming lamps", "password.telling"),
        ("LI.MING lamps", "password.telling"),
        ("the lamps of 市民服务局", "password.telling"),
    ],
)
def test_new_passwords(password: str, code: str | None) -> None:
    refused = judge_password(password, login="li.ming", names=("李明", "市民服务局"))
    assert (refused.code if refused else None) == code


@pytest.mark.parametrize(
    ("login", "folded"),
    [
        ("Li.Ming", "li.ming"),
        ("ＬＩ．ＭＩＮＧ", "li.ming"),
        ("straße", "strasse"),
        ("李明", "李明"),
        ("李明2", "李明2"),
        ("ming@unit.example", "ming@unit.example"),
        ("", None),
        ("  ", None),
        ("a" * 65, None),
        ("a" * 10_000_000, None),
        ("li ming", None),
        ("li\u200bming", None),
        ("li\u202eming", None),
        ("li\0ming", None),
        ("li\ud800ming", None),
        ("../etc", None),
        ("lі.ming", None),  # a Ukrainian letter
        ("ΑΒΓ", "αβγ"),
        ("αbc", None),
    ],
)
def test_logins(login: str, folded: str | None) -> None:
    assert fold_login(login) == folded


@given(st.text())
def test_a_folded_login_is_folded_for_good(login: str) -> None:
    folded = fold_login(login)
    assert folded is None or fold_login(folded) == folded


@given(st.text())
def test_a_password_that_can_be_hashed_is_bounded_utf8(password: str) -> None:
    folded = fold_password(password)
    assert folded is None or (len(folded) <= 4 * 256 and folded.decode())
    assert is_common(password.casefold()) in {True, False}


@given(st.lists(st.tuples(st.sampled_from(["fail", "good", "wait", "complete"]), st.integers(0, 40)), max_size=60))
def test_no_more_than_five_failures_in_fifteen_minutes(events: list[tuple[str, int]]) -> None:
    guard, now, failures = Guard(), NOW, list[datetime]()
    for event, minutes in events:
        if event == "wait":
            now += minutes * MINUTE
            continue
        if event == "complete":
            guard, failures = (guard if is_locked(guard, now) else Guard()), failures if is_locked(guard, now) else []
            continue
        charged = charge(guard, now, LOGIN_RULE)
        if is_locked(guard, now):
            assert charged is None
        if charged is None:
            continue
        if event == "good":
            guard = give_back(charged)
            continue
        failures.append(now)
        guard = settle_failure(charged, now, LOGIN_RULE)
        recent = [at for at in failures if at > now - LOGIN_RULE.window]
        # A fixed window may see one window's failures at its end and the next one's at its beginning.
        assert len(recent) <= 2 * LOGIN_RULE.limit - 1


def test_each_lock_is_twice_as_long_up_to_a_day_and_quiet_forgets() -> None:
    guard, now, spans = Guard(), NOW, []
    for _ in range(9):
        for _attempt in range(5):
            charged = charge(guard, now, LOGIN_RULE)
            assert charged is not None
            guard = settle_failure(charged, now, LOGIN_RULE)
        assert guard.locked_until is not None
        spans.append((guard.locked_until - now) // MINUTE)
        now = guard.locked_until
    assert spans == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]
    later = charge(guard, now + DAY, LOGIN_RULE)
    assert later is not None
    assert later.locks == 0


@pytest.mark.parametrize(
    ("roles", "stands"),
    [
        ((), True),
        (("reader", "operator", "approver", "administrator"), True),
        (("system_admin",), True),
        (("system_admin", "security_admin"), False),
        (("security_admin", "audit_admin"), False),
        (("system_admin", "reader"), False),
        (("audit_admin", "administrator"), False),
    ],
)
def test_three_administrators_are_three_people(roles: tuple[str, ...], stands: bool) -> None:
    refused = judge_roles(frozenset(roles))
    assert (refused is None) == stands
    assert stands or (refused is not None and refused.code == "role.apart")


def grant(role: str, start: int, end: int | None = None, granted: bool = True, no: int = 0) -> Grant:
    until = None if end is None else NOW + end * DAY
    return Grant(role, granted, NOW + start * DAY, until, (NOW + no * DAY, f"rol-{no}"))


ALWAYS = grant("system_admin", 0)


@pytest.mark.parametrize(
    ("grants", "stands"),
    [
        ((grant("system_admin", 0, 5), grant("audit_admin", 5)), True),
        ((grant("system_admin", 0, 6), grant("audit_admin", 5)), False),
        (
            (
                grant("system_admin", 0),
                grant("system_admin", 5, None, False, 1),
                grant("audit_admin", 5, None, True, 2),
            ),
            True,
        ),
        # Taken back for some days only: then the first one is there again.
        (
            (grant("system_admin", 0), grant("system_admin", 5, 9, False, 1), grant("audit_admin", 5, None, True, 2)),
            False,
        ),
        ((ALWAYS, grant("system_admin", 5, None, False, 1), grant("audit_admin", 5, None, True, 2)), True),
        # Taken back for some days only: then the first one is there again.
        ((ALWAYS, grant("system_admin", 5, 9, False, 1), grant("audit_admin", 5, None, True, 2)), False),
        ((ALWAYS, grant("system_admin", 5, 9, False, 1), grant("audit_admin", 5, 9, True, 2)), True),
        ((grant("reader", 0, 3), grant("security_admin", 2)), False),
    ],
)
def test_grants_are_judged_at_every_instant(grants: tuple[Grant, ...], stands: bool) -> None:
    assert (judge_grants(grants) is None) == stands


_GRANTS = st.builds(
    grant,
    st.sampled_from(sorted(INSTALLATION_ROLES | ORGANISATION_ROLES)),
    st.integers(0, 20),
    st.none() | st.integers(0, 20),
    st.booleans(),
    st.integers(0, 50),
)


@given(st.lists(_GRANTS, max_size=12), st.integers(0, 21))
def test_no_sequence_of_grants_leaves_two_administrators_in_one_person(offered: list[Grant], day: int) -> None:
    kept: list[Grant] = []
    for one in offered:
        if judge_grants([*kept, one]) is None:
            kept.append(one)
    roles = roles_at(kept, NOW + day * DAY)
    assert len(roles & INSTALLATION_ROLES) <= 1
    assert not (roles & INSTALLATION_ROLES and roles & ORGANISATION_ROLES)


@pytest.mark.parametrize(
    ("scope", "roles", "start", "days", "code"),
    [
        ("assume_role", ("operator",), 0, 30, None),
        ("assume_role", ("operator", "reader"), 3, 1, None),
        ("assume_role", ("operator",), 0, 31, "consent.span"),
        ("assume_role", (), 0, 1, "consent.roles"),
        ("assume_role", ("approver",), 0, 1, "consent.roles"),
        ("assume_role", ("administrator",), 0, 1, "consent.roles"),
        ("assume_role", ("security_admin",), 0, 1, "consent.roles"),
        ("tenant_data", (), 0, 366, None),
        ("tenant_data", (), 0, 367, "consent.span"),
        ("tenant_data", ("reader",), 0, 1, "consent.roles"),
        ("tenant_data", (), -3, 3, "consent.span"),
        ("tenant_data", (), 0, 0, "consent.span"),
        ("everything", (), 0, 1, "consent.scope"),
    ],
)
def test_consents_that_can_be_asked_for(
    scope: str, roles: tuple[str, ...], start: int, days: int, code: str | None
) -> None:
    begin = NOW + start * DAY
    refused = judge_consent(scope, roles, begin, begin + days * DAY, NOW)
    assert (refused.code if refused else None) == code


@pytest.mark.parametrize(
    ("events", "hour", "holds", "state"),
    [
        ((), 1, False, "asked"),
        (("given",), 1, True, "given"),
        (("given",), -1, False, "given"),
        (("given",), 24, False, "over"),
        (("refused",), 1, False, "refused"),
        (("given", "withdrawn"), 1, False, "withdrawn"),
    ],
)
def test_consents_that_hold(events: tuple[str, ...], hour: int, holds: bool, state: str) -> None:
    at = NOW + hour * HOUR
    assert consent_holds(events, NOW, NOW + DAY, at) is holds
    assert state_of(events, NOW + DAY, at) == state


def test_a_secret_shows_nowhere() -> None:
    secret = Secret("hidden-text")
    for shown in (str(secret), repr(secret), f"{secret}", f"{secret!r:>40}", str([secret]), str({"a": secret})):
        assert "hidden-text" not in shown
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert secret.reveal() == "hidden-text"
