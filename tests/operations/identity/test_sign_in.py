"""Signing in: what is right, what is refused alike, who is shut out and for how long, and what is recorded."""

from __future__ import annotations

import threading
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select
from tests.kits.identity import PASSWORD, Office, refusal

from yunqi.operations.identity import accounts, totp
from yunqi.operations.identity.callers import caller_of_session
from yunqi.operations.identity.hashing import hashing_of
from yunqi.operations.identity.sessions import SignedIn, sign_out
from yunqi.operations.identity.sign_in import CodeNeeded, finish_sign_in, sign_in
from yunqi.store.accounts import find_credentials
from yunqi.store.tables import account, metadata, person_role, session, undertaking


def enrol(office: Office, key: str) -> tuple[str, tuple[str, ...]]:
    """Sets a second factor up; returns its secret and the recovery codes."""
    with office.desk(office.enter(key)) as desk:
        begun = totp.begin_totp(desk, password=PASSWORD)
        secret = begun.secret.reveal()
        assert "otpauth://totp/Yunqi:" in begun.uri.reveal()
        assert begun.qr_svg.reveal().startswith("<svg")
        confirmed = totp.confirm_totp(desk, code=pyotp.TOTP(secret).at(office.clock.now()))
    return secret, tuple(code.reveal() for code in confirmed.recovery_codes)


def test_the_right_password_gives_a_caller_with_the_roles_of_the_moment(office: Office) -> None:
    signed = office.sign_in("Clerk ", address="198.51.100.7", user_agent="browser\n" * 100)
    caller = caller_of_session(office.site, signed.token.reveal(), address="198.51.100.7")
    assert caller is not None
    assert (caller.person_id, caller.organisation_role) == (office.people["clerk"], "using_unit")
    assert caller.roles == {"operator"}
    assert (caller.session_id, caller.address, caller.actions) == (signed.session_id, "198.51.100.7", None)
    (row,) = office.audited("sign_in")
    assert (row.outcome, row.person_id, row.session_id) == ("done", office.people["clerk"], signed.session_id)
    with office.desk() as desk:
        kept = desk.connection.execute(select(session)).one()
    assert len(kept.user_agent) <= 120
    assert "\n" not in kept.user_agent


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("clerk", "wrong"),
        ("clerk", ""),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("cl\0erk", PASSWORD),
        ("clerk\ud800", PASSWORD),
        ("clerk", "\ud800"),
        ("clerk", "\0"),
        ("clеrk", PASSWORD),
        ("x" * 10_000_000, PASSWORD),
        ("clerk", "x" * 10_000_000),
        ("clerk' OR 1=1 --", PASSWORD),
    ],
)
def test_whatever_is_wrong_is_refused_alike(office: Office, login: str, password: str) -> None:
    said = refusal("sign_in.refused", lambda: sign_in(office.site, login=login, password=password))
    assert said.values == {}
    (row,) = office.audited("sign_in")
    assert row.outcome == "sign_in.refused"
    assert row.detail == {}  # what was typed is not kept: it may be a password


def test_wide_letters_and_capitals_are_the_same_login(office: Office) -> None:
    assert office.sign_in("ＣＬＥＲＫ").person_id == office.people["clerk"]


def fail(office: Office, login: str = "clerk", times: int = 1, address: str = "") -> None:
    for _ in range(times):
        refusal("sign_in.refused", lambda: sign_in(office.site, login=login, password="wrong", address=address))


@pytest.mark.parametrize("login", ["clerk", "nobody"])
def test_five_failures_shut_a_login_whether_it_exists_or_not(office: Office, login: str) -> None:
    fail(office, login, 5)
    shut = refusal("sign_in.locked", lambda: sign_in(office.site, login=login, password=PASSWORD))
    assert shut.values["until"] == "2026-11-02 09:15:00"
    assert [row.outcome for row in office.audited("sign_in.lock")] == ["sign_in.locked"]
    office.later(minutes=14, seconds=59)
    refusal("sign_in.locked", lambda: sign_in(office.site, login=login, password=PASSWORD))
    office.later(seconds=1)
    fail(office, login, 5)
    shut = refusal("sign_in.locked", lambda: sign_in(office.site, login=login, password=PASSWORD))
    assert shut.values["until"] == "2026-11-02 09:45:00"  # twice as long


def test_failures_long_apart_and_a_success_between_do_not_add_up(office: Office) -> None:
    fail(office, times=4)
    office.later(minutes=15)
    fail(office, times=4)
    office.sign_in("clerk")
    fail(office, times=4)
    office.sign_in("clerk")


def test_being_shut_ends_no_session_and_shuts_nobody_else(office: Office) -> None:
    signed = office.sign_in("clerk")
    fail(office, times=5)
    assert office.is_in(signed)
    office.sign_in("approver")


def test_one_address_that_tries_many_logins_is_shut_too(office: Office) -> None:
    for number in range(25):
        fail(office, f"guess{number}", 4, address="203.0.113.9")
    refusal("sign_in.locked", lambda: sign_in(office.site, login="clerk", password=PASSWORD, address="203.0.113.9"))
    assert office.sign_in("clerk", address="203.0.113.10")


def test_attempts_at_the_same_moment_get_no_more_tries(office: Office) -> None:
    codes: list[str] = []

    def attempt() -> None:
        from yunqi.kernel.errors import Problem

        try:
            sign_in(office.site, login="clerk", password="wrong")
        except Problem as error:
            codes.append(error.code)

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes.count("sign_in.refused") == 5
    assert codes.count("sign_in.locked") == 7


def test_the_security_administrator_unlocks_and_locks(office: Office) -> None:
    fail(office, times=5)
    with office.desk(office.enter("security")) as desk:
        accounts.unlock_account(desk, office.accounts["clerk"])
    signed = office.sign_in("clerk")
    with office.desk(office.enter("security")) as desk:
        assert accounts.lock_account(desk, office.accounts["clerk"]).locked
    assert not office.is_in(signed)
    refusal("sign_in.closed", lambda: office.sign_in("clerk"))
    refusal("sign_in.refused", lambda: office.sign_in("clerk", "wrong"))  # said only to who knows the password
    with office.desk() as desk:
        accounts.unlock_account(desk, "clerk")
        accounts.disable_account(desk, "clerk")
    refusal("sign_in.closed", lambda: office.sign_in("clerk"))
    with office.desk() as desk:
        accounts.disable_account(desk, "clerk", disabled=False)
    office.sign_in("clerk")


def test_without_an_undertaking_no_account_is_opened(bare_office: Office) -> None:
    with bare_office.desk() as desk:
        person = bare_office.people["clerk"]
        refusal("account.undertaking", lambda: accounts.open_account(desk, person_id=person, login="x"))
    bare_office.open("clerk")
    bare_office.sign_in("clerk")


def test_an_undertaking_that_runs_out_ends_the_use_of_the_account(office: Office) -> None:
    signed = office.sign_in("clerk")
    with office.desk() as desk:
        until = office.clock.now() + timedelta(minutes=5)
        mine = undertaking.c.person_id == office.people["clerk"]
        desk.connection.execute(undertaking.update().where(mine).values(valid_until=until))
    assert office.is_in(signed)
    office.later(minutes=5)
    assert not office.is_in(signed)
    refusal("sign_in.undertaking", lambda: office.sign_in("clerk"))


def test_a_hash_of_weaker_parameters_is_renewed_at_sign_in(office: Office) -> None:
    strong = office.site.settings.home / "site.toml"
    strong.write_text("password_memory_mib = 2\npassword_passes = 2\n", "utf-8")
    from yunqi.operations.settings import load_settings

    before = kept_hash(office)
    office.site.settings = load_settings(office.site.settings.home)
    office.sign_in("clerk")
    after = kept_hash(office)
    assert "m=1024,t=1" in before
    assert "m=2048,t=2" in after
    assert hashing_of(office.site.settings).matches(after, PASSWORD)
    office.sign_in("clerk")
    assert kept_hash(office) == after


def kept_hash(office: Office) -> str:
    with office.site.database.read() as connection:
        found = find_credentials(connection, "clerk")
    assert found is not None
    assert found.password_hash is not None
    return found.password_hash


def test_the_second_factor_is_asked_for_after_the_password(office: Office) -> None:
    secret, _codes = enrol(office, "clerk")
    office.later(seconds=60)
    step = sign_in(office.site, login="clerk", password=PASSWORD)
    assert isinstance(step, CodeNeeded)
    assert caller_of_session(office.site, step.ticket.reveal()) is None
    code = pyotp.TOTP(secret).at(office.clock.now())
    ticket = step.ticket.reveal()
    signed = finish_sign_in(office.site, ticket=ticket, code=code)
    assert office.is_in(signed)
    refusal("sign_in.expired", lambda: finish_sign_in(office.site, ticket=ticket, code=code))
    again = sign_in(office.site, login="clerk", password=PASSWORD)
    assert isinstance(again, CodeNeeded)
    replayed = again.ticket.reveal()
    refusal("sign_in.code", lambda: finish_sign_in(office.site, ticket=replayed, code=code))  # each is good once
    office.later(minutes=5)
    refusal("sign_in.expired", lambda: finish_sign_in(office.site, ticket=replayed, code=code))
    fresh = pyotp.TOTP(secret).at(office.clock.now())
    assert isinstance(sign_in(office.site, login="clerk", password=PASSWORD, code=fresh), SignedIn)


@pytest.mark.parametrize(("drift", "good"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_one_step_off(office: Office, drift: int, good: bool) -> None:
    secret, _codes = enrol(office, "clerk")
    office.later(minutes=10)
    code = pyotp.TOTP(secret).at(office.clock.now() + timedelta(seconds=drift))
    if good:
        assert isinstance(sign_in(office.site, login="clerk", password=PASSWORD, code=code), SignedIn)
    else:
        refusal("sign_in.code", lambda: sign_in(office.site, login="clerk", password=PASSWORD, code=code))


def test_knowing_the_password_gives_no_more_guesses_at_the_code(office: Office) -> None:
    enrol(office, "clerk")
    office.later(minutes=1)
    for _ in range(5):
        step = sign_in(office.site, login="clerk", password=PASSWORD)
        assert isinstance(step, CodeNeeded)
        ticket = step.ticket.reveal()
        refusal("sign_in.code", lambda ticket=ticket: finish_sign_in(office.site, ticket=ticket, code="000000"))
    refusal("sign_in.locked", lambda: sign_in(office.site, login="clerk", password=PASSWORD))


def test_each_recovery_code_is_good_once(office: Office) -> None:
    _secret, codes = enrol(office, "clerk")
    assert len(set(codes)) == 10
    typed = codes[3].upper().replace("-", " ")
    assert isinstance(sign_in(office.site, login="clerk", password=PASSWORD, code=typed), SignedIn)
    refusal("sign_in.code", lambda: sign_in(office.site, login="clerk", password=PASSWORD, code=codes[3]))
    with office.desk(office.caller(office_signed(office, codes[4]))) as desk:
        fresh = totp.renew_recovery_codes(desk, password=PASSWORD)
    refusal("sign_in.code", lambda: sign_in(office.site, login="clerk", password=PASSWORD, code=codes[5]))
    assert office_signed(office, fresh[0].reveal())


def office_signed(office: Office, code: str) -> SignedIn:
    done = sign_in(office.site, login="clerk", password=PASSWORD, code=code)
    assert isinstance(done, SignedIn)
    return done


def test_setting_the_second_factor_up_renews_the_session_and_ends_the_others(office: Office) -> None:
    other = office.sign_in("clerk")
    mine = office.sign_in("clerk")
    with office.desk(office.caller(mine)) as desk:
        refusal("password.wrong", lambda: totp.begin_totp(desk, password="wrong"))
        refusal("totp.none", lambda: totp.confirm_totp(desk, code="123456"))
        begun = totp.begin_totp(desk, password=PASSWORD)
        refusal("totp.wrong", lambda: totp.confirm_totp(desk, code="12345x"))
        done = totp.confirm_totp(desk, code=pyotp.TOTP(begun.secret.reveal()).at(office.clock.now()))
    assert not office.is_in(other)
    assert not office.is_in(mine)
    assert office.is_in(done.signed_in)


def test_disabling_the_second_factor_needs_password_and_code(office: Office) -> None:
    secret, codes = enrol(office, "clerk")
    with office.desk(office.caller(office_signed(office, codes[0]))) as desk:
        refusal("password.wrong", lambda: totp.disable_totp(desk, password="x", code=codes[1]))
        refusal("totp.wrong", lambda: totp.disable_totp(desk, password=PASSWORD, code="000000"))
        totp.disable_totp(desk, password=PASSWORD, code=codes[1])
    assert isinstance(sign_in(office.site, login="clerk", password=PASSWORD), SignedIn)
    refusal("sign_in.refused", lambda: sign_in(office.site, login="clerk", password="x", code=secret))


def test_signing_out_ends_this_session_only(office: Office) -> None:
    one, two = office.sign_in("clerk"), office.sign_in("clerk")
    assert one.token.reveal() != two.token.reveal()
    sign_out(office.site, office.caller(one))
    assert not office.is_in(one)
    assert office.is_in(two)
    assert [row.object for row in office.audited("sign_out")] == [one.session_id]


def test_a_session_ends_idle_and_absolutely(office: Office) -> None:
    signed = office.sign_in("clerk")
    for _ in range(12 * 4 - 1):
        office.later(minutes=15)
        assert office.is_in(signed)
    office.later(minutes=15)
    assert not office.is_in(signed)  # twelve hours
    signed = office.sign_in("clerk")
    office.later(minutes=30)
    assert not office.is_in(signed)


def test_no_secret_is_kept_as_it_is(office: Office) -> None:
    secret, codes = enrol(office, "clerk")
    signed = office_signed(office, codes[0])
    with office.desk() as desk:
        reset = accounts.reset_account(desk, "clerk").code.reveal()
    hidden = [PASSWORD, secret, signed.token.reveal(), reset, *codes, *(code.replace("-", "") for code in codes)]
    with office.site.database.read() as connection:
        kept = " ".join(str(row) for table in metadata.tables.values() for row in connection.execute(select(table)))
    assert "clerk" in kept
    assert not [text for text in hidden if text in kept]
    key = office.site.settings.identity_key_path
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.is_relative_to(office.site.settings.home)


def test_a_secret_moved_to_another_account_or_key_can_not_be_read(office: Office) -> None:
    enrol(office, "clerk")
    with office.desk() as desk:
        sealed = desk.connection.execute(select(account.c.totp_secret).where(account.c.login == "clerk")).scalar_one()
        desk.connection.execute(account.update().where(account.c.login == "approver").values(totp_secret=sealed))
    refusal("key.mismatch", lambda: sign_in(office.site, login="approver", password=PASSWORD, code="123456"))
    office.site.settings.identity_key_path.chmod(0o640)
    refusal("key.exposed", lambda: sign_in(office.site, login="clerk", password=PASSWORD, code="123456"))


def test_a_role_taken_back_is_gone_at_the_next_request(office: Office) -> None:
    from yunqi.store.parties import set_role

    signed = office.sign_in("clerk")
    with office.desk() as desk:
        who = office.people["clerk"]
        set_role(desk.connection, person_id=who, role="approver", granted=True, valid_from=desk.now, now=desk.now)
        set_role(desk.connection, person_id=who, role="operator", granted=False, valid_from=desk.now, now=desk.now)
        assert len(desk.connection.execute(select(person_role).where(person_role.c.person_id == who)).all()) == 3
    assert office.caller(signed).roles == {"approver"}
