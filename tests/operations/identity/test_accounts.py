"""Accounts and tokens: opened, passwords changed and reset, tokens limited, expired and revoked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from tests.kits.identity import MACHINE, PASSWORD, Office, refusal

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Caller, Target, decide
from yunqi.kernel.rights_table import BY_PERSONS_ONLY, RIGHTS
from yunqi.operations.identity import accounts, sessions, tokens
from yunqi.operations.identity.callers import caller_of_session, caller_of_token
from yunqi.operations.identity.proofs import count_failed_proof
from yunqi.operations.identity.sign_in import sign_in
from yunqi.store.parties import set_role
from yunqi.store.sessions import list_tokens
from yunqi.store.tables import api_token

NEW = "another harbour with 9 bells"


@pytest.mark.parametrize("login", ["", "a b", "x" * 65, "cl\0erk", "clеrk", "x" * 10_000_000])
def test_logins_that_can_not_be(office: Office, login: str) -> None:
    with office.desk() as desk:
        refusal("account.login", lambda: accounts.open_account(desk, person_id=office.people["clerk"], login=login))


def test_a_login_and_a_person_have_one_account(bare_office: Office) -> None:
    bare_office.open("clerk")
    bare_office.open("approver")
    with bare_office.desk() as desk:
        one = bare_office.people["clerk"]
        refusal("account.exists", lambda: accounts.open_account(desk, person_id=one, login="fresh"))
        from yunqi.store.undertakings import add_undertaking

        two = bare_office.people["operator"]
        add_undertaking(
            desk.connection,
            person_id=two,
            signed_on=desk.now.date(),
            reference="x",
            recorded_by=None,
            now=desk.now,
        )
        refusal("account.exists", lambda: accounts.open_account(desk, person_id=two, login="ＣＬＥＲＫ"))


def test_a_password_that_somebody_else_chose_must_be_changed_first(office: Office) -> None:
    from yunqi.store.accounts import set_password_hash

    hashed = accounts.hashing_of(office.site.settings).make(PASSWORD)
    with office.desk() as desk:
        set_password_hash(desk.connection, office.accounts["clerk"], hashed, must_change=True, now=desk.now)
    signed = office.sign_in("clerk")
    assert signed.must_change
    caller = office.caller(signed)
    said = decide(caller, RIGHTS["overview.read"], Target())
    assert said is not None
    assert said.code == "access.password"
    assert decide(caller, RIGHTS["account.password"], Target(person_id=caller.person_id)) is None
    with office.desk(caller) as desk:
        renewed = accounts.change_password(desk, old=PASSWORD, new=NEW)
    assert not office.is_in(signed)
    assert office.caller(renewed).actions is None
    refusal("sign_in.refused", lambda: office.sign_in("clerk"))
    assert not office.sign_in("clerk", NEW).must_change


def test_changing_the_password_ends_other_sessions_and_renews_this_one(office: Office) -> None:
    other, mine = office.sign_in("clerk"), office.sign_in("clerk")
    with office.desk(office.caller(mine)) as desk:
        refusal("password.wrong", lambda: accounts.change_password(desk, old="wrong", new=NEW))
        refusal("password.same", lambda: accounts.change_password(desk, old=PASSWORD, new=PASSWORD))
        refusal("password.length", lambda: accounts.change_password(desk, old=PASSWORD, new="short"))
        refusal("password.telling", lambda: accounts.change_password(desk, old=PASSWORD, new="the 市民服务局 lamps"))
        renewed = accounts.change_password(desk, old=PASSWORD, new=NEW)
    assert (office.is_in(other), office.is_in(mine), office.is_in(renewed)) == (False, False, True)


def test_failing_to_show_the_password_again_counts_as_a_failed_sign_in(office: Office) -> None:
    caller = office.enter("clerk")
    for _ in range(5):
        with office.desk(caller) as desk:
            said = refusal("password.wrong", lambda: accounts.prove_password(desk, "wrong"))
        with office.desk(caller) as desk:
            count_failed_proof(desk.connection, caller, said, desk.now)
    with office.desk(caller) as desk:
        refusal("account.shut", lambda: accounts.prove_password(desk, PASSWORD))
    refusal("sign_in.locked", lambda: office.sign_in("clerk"))


def test_a_reset_code_sets_a_password_once_and_ends_all_sessions(office: Office) -> None:
    signed = office.sign_in("clerk")
    for _ in range(5):
        refusal("sign_in.refused", lambda: office.sign_in("clerk", "wrong"))
    with office.desk(office.enter("security")) as desk:
        made = accounts.reset_account(desk, office.accounts["clerk"])
    code = made.code.reveal()
    assert office.is_in(signed)  # nothing has happened yet

    def redeem(login: str = "clerk", code: str = code, password: str = NEW) -> None:
        accounts.redeem_reset(office.site, login=login, code=code, password=password)

    refusal("reset.refused", lambda: redeem(login="approver"))
    refusal("reset.refused", lambda: redeem(code="abcd-efgh-2345-6789"))
    refusal("reset.refused", lambda: redeem(code="x" * 10_000_000))
    refusal("reset.refused", lambda: redeem(login="\0"))
    refusal("password.length", lambda: redeem(password="short"))  # the code is still good
    redeem(code=code.upper().replace("-", " "))
    refusal("reset.refused", redeem)
    assert not office.is_in(signed)
    office.sign_in("clerk", NEW)
    assert [row.outcome for row in office.audited("account.redeem")][-2:] == ["done", "reset.refused"]


def test_a_reset_code_expires_and_a_later_one_voids_it(office: Office) -> None:
    with office.desk() as desk:
        first = accounts.reset_account(desk, "clerk").code.reveal()
        second = accounts.reset_account(desk, "clerk").code.reveal()
    site = office.site
    refusal("reset.refused", lambda: accounts.redeem_reset(site, login="clerk", code=first, password=NEW))
    office.later(hours=24)
    refusal("reset.refused", lambda: accounts.redeem_reset(site, login="clerk", code=second, password=NEW))


def test_guessing_reset_codes_shuts_the_address(office: Office) -> None:
    def guess() -> None:
        accounts.redeem_reset(office.site, login="clerk", code="x", password=NEW, address="203.0.113.9")

    for _ in range(100):
        refusal("reset.refused", guess)
    refusal("reset.locked", guess)


def test_sessions_are_listed_and_ended(office: Office) -> None:
    one, two, three = (office.sign_in("clerk", address=f"198.51.100.{number}") for number in range(3))
    with office.desk(office.caller(three)) as desk:
        listed = sessions.list_sessions(desk, office.people["clerk"])
        assert [each.address for each in listed] == ["198.51.100.2", "198.51.100.1", "198.51.100.0"]
        assert sessions.end_session(desk, one.session_id).ended_why == "ended"
        refusal("session.unknown", lambda: sessions.end_session(desk, "ses-none"))
        assert sessions.end_sessions(desk, office.people["clerk"], but_this=True) == 1
    assert [office.is_in(each) for each in (one, two, three)] == [False, False, True]
    with office.desk(office.enter("security")) as desk:
        assert sessions.end_session(desk, three.session_id).ended_why == "ended_by_admin"
    assert not office.is_in(three)


def make(office: Office, caller: Caller, *actions: str, days: int = 30) -> str:
    with office.desk(caller) as desk:
        made = tokens.create_token(
            desk, name="脚本", actions=actions or ("resource.list",), expires_at=desk.now + timedelta(days=days)
        )
    return made.token.reveal()


def test_a_token_gives_its_person_limited_to_its_actions(office: Office) -> None:
    text = make(office, office.enter("clerk"))
    assert text.startswith("yq_")
    caller = caller_of_token(office.site, text, address="198.51.100.1")
    assert caller is not None
    assert (caller.person_id, caller.roles, caller.session_id) == (office.people["clerk"], {"operator"}, None)
    assert decide(caller, RIGHTS["resource.list"], Target()) is None
    said = decide(caller, RIGHTS["resource.order"], Target())
    assert said is not None
    assert said.code == "access.token"
    assert caller_of_session(office.site, text) is None
    with office.site.database.read() as connection:
        (row,) = list_tokens(connection, office.people["clerk"])
    assert row.used_at == office.clock.now()


@pytest.mark.parametrize("text", ["", "yq_", "yq_" + "0" * 42, "yq_\0", "\ud800", "x" * 10_000_000, "yq_" + "漢" * 42])
def test_what_is_no_token_gives_nobody(office: Office, text: str) -> None:
    assert caller_of_token(office.site, text) is None
    assert caller_of_session(office.site, text) is None


def test_one_letter_changed_gives_nobody(office: Office) -> None:
    text = make(office, office.enter("clerk"))
    for place in range(3, len(text)):
        changed = text[:place] + ("a" if text[place] != "a" else "b") + text[place + 1 :]
        assert caller_of_token(office.site, changed) is None


def test_tokens_end_by_time_by_revocation_with_the_account_and_with_roles(office: Office) -> None:
    clerk = office.enter("clerk")
    short, long = make(office, clerk, days=1), make(office, clerk, days=366)
    office.later(days=1)
    assert caller_of_token(office.site, short) is None
    assert caller_of_token(office.site, long) is not None
    with office.desk() as desk:
        who = office.people["clerk"]
        set_role(desk.connection, person_id=who, role="operator", granted=False, valid_from=desk.now, now=desk.now)
    caller = caller_of_token(office.site, long)
    assert caller is not None
    assert not caller.roles
    with office.desk() as desk:
        accounts.disable_account(desk, "clerk")
    assert caller_of_token(office.site, long) is None
    with office.desk() as desk:
        accounts.disable_account(desk, "clerk", disabled=False)
        (row, _other) = (each for each in list_tokens(desk.connection, office.people["clerk"]))
        assert tokens.revoke_token(desk, row.id).revoked_at == desk.now
        refusal("token.unknown", lambda: tokens.revoke_token(desk, "tok-none"))
    assert caller_of_token(office.site, long) is None


@pytest.mark.parametrize(
    ("actions", "days", "code"),
    [
        ((), 1, "token.actions"),
        (("nothing.at_all",), 1, "token.actions"),
        (("token.create",), 1, "token.actions"),
        (("resource.list", "account.password"), 1, "token.actions"),
        (("proposal.decide",), 1, "token.actions"),
        (("resource.list",), 0, "token.expiry"),
        (("resource.list",), -1, "token.expiry"),
        (("resource.list",), 367, "token.expiry"),
    ],
)
def test_tokens_that_can_not_be(office: Office, actions: tuple[str, ...], days: int, code: str) -> None:
    caller = office.enter("clerk")

    def ask() -> None:
        with office.desk(caller) as desk:
            until = desk.now + timedelta(days=days)
            tokens.create_token(desk, name="x", actions=actions, expires_at=until)

    refusal(code, ask)


def test_what_only_persons_do_is_in_the_table_of_rights() -> None:
    assert RIGHTS.keys() >= BY_PERSONS_ONLY


def test_a_token_makes_no_token_and_there_are_at_most_twenty(office: Office) -> None:
    clerk = office.enter("clerk")
    text = make(office, clerk)
    program = caller_of_token(office.site, text)
    assert program is not None
    refusal("session.needed", lambda: make(office, program))
    refusal("session.needed", lambda: make(office, MACHINE))
    for _ in range(19):
        make(office, clerk)
    refusal("token.many", lambda: make(office, clerk))
    with office.desk() as desk:
        kept = desk.connection.execute(select(api_token.c.digest)).scalars().all()
    assert text not in kept


def test_signing_in_gives_a_new_token_each_time(office: Office) -> None:
    tokens_seen = {office.sign_in("clerk").token.reveal() for _ in range(4)}
    assert len(tokens_seen) == 4
    for hostile in ("'; DROP TABLE session; --", "é" * 40, "a" * 43):
        assert caller_of_session(office.site, hostile) is None


def test_problems_name_no_secret(office: Office) -> None:
    marker = "zebra crossing at noon"
    for work in (
        lambda: sign_in(office.site, login="clerk", password=marker),
        lambda: accounts.redeem_reset(office.site, login="clerk", code=marker, password=marker),
    ):
        with pytest.raises(Problem) as caught:
            work()
        assert marker not in f"{caught.value} {caught.value.values}"
