"""Accounts, sessions, tokens, consents and assumed roles as actions: who may, and that no secret stays behind."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from sqlalchemy import select
from tests.kits.desk import ask, refusal
from tests.kits.identity import PASSWORD, Office, open_office

from yunqi.kernel.rights import Caller
from yunqi.operations.identity.accounts import redeem_reset
from yunqi.operations.identity.callers import caller_of_session, caller_of_token
from yunqi.store import parties
from yunqi.store.database import Database
from yunqi.store.tables import audit, idempotency, proposal

NEW = "晴天 a slow train to the sea 42"


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return open_office(database, tmp_path / "home")


def ids(office: Office, caller: Caller, action: str, **fields: Any) -> set[str]:
    return {one.id for one in ask(office.site, caller, action, **fields).value.items}


def again(office: Office, token: str) -> Caller:
    """The caller of a session's new token."""
    found = caller_of_session(office.site, token)
    assert found is not None
    return found


def boss(office: Office, key: str) -> Caller:
    """An administrator of the organisation of somebody."""
    now = office.clock.now()
    with office.site.database.write() as connection:
        parties.set_role(
            connection, person_id=office.people[key], role="administrator", granted=True, valid_from=now, now=now
        )
    return office.enter(key)


def test_accounts_are_listed_to_whoever_looks_after_them(office: Office) -> None:
    site, mine = office.site, boss(office, "clerk")
    assert ids(office, mine, "account.list") == {office.accounts["clerk"], office.accounts["approver"]}
    for key in ("system", "security", "auditor"):
        assert ids(office, office.enter(key), "account.list") == set(office.accounts.values())
    of = office.organisations["provider"]
    assert ids(office, office.enter("security"), "account.list", organisation=of) == {
        office.accounts["operator"],
        office.accounts["colleague"],
    }
    refusal("access.role", site, office.enter("approver"), "account.list")
    refusal("object.unknown", site, mine, "account.list", organisation=of)
    row = ask(site, mine, "account.list", text="PPROV").value.items[0]
    assert (row.login, row.undertaken, row.has_totp, row.shut_now) == ("approver", True, False, False)


def test_one_reads_ones_own_account_and_nobody_elses(office: Office) -> None:
    site, clerk = office.site, office.enter("clerk")
    assert ask(site, clerk, "account.read", id=clerk.person_id).value.login == "clerk"
    assert ask(site, office.enter("security"), "account.read", id=office.accounts["operator"]).value.login == "operator"
    refusal("access.role", site, clerk, "account.read", id=office.accounts["approver"])
    refusal("object.unknown", site, clerk, "account.read", id=office.accounts["operator"])


def test_an_account_needs_an_undertaking(office: Office) -> None:
    site, system = office.site, office.enter("system")
    with site.database.write() as connection:
        person = parties.add_person(
            connection, organisation_id=office.organisations["unit"], name="新人", now=office.clock.now()
        )
    refusal("account.undertaking", site, system, "account.create", person=person, login="new")
    signed = {"person": person, "signed_on": office.clock.now().date(), "reference": "柜 2"}
    refusal("access.role", site, office.enter("clerk"), "undertaking.record", **signed)
    made = ask(site, boss(office, "clerk"), "undertaking.record", **signed).value
    assert (made.person, made.holds, made.recorded_by_name) == ("新人", True, "人clerk")
    refusal("object.unknown", site, boss(office, "operator"), "undertaking.record", **signed)
    refusal("access.role", site, boss(office, "clerk"), "account.create", person=person, login="new")
    opened = ask(site, system, "account.create", person=person, login="New", password=PASSWORD, _key="open-new-1").value
    assert (opened.login, opened.must_change, opened.undertaken) == ("new", True, True)
    listed = ask(site, boss(office, "clerk"), "undertaking.list", person=person).value.items
    assert [one.reference for one in listed] == ["柜 2"]
    assert len(ask(site, boss(office, "clerk"), "undertaking.list").value.items) == 3


def test_locked_disabled_and_reset(office: Office) -> None:
    site, security, system = office.site, office.enter("security"), office.enter("system")
    clerk = office.enter("clerk")
    account = office.accounts["clerk"]
    for action in ("account.lock", "account.reset"):
        refusal("object.unknown", site, system, action, id=account)
        refusal("access.role", site, boss(office, "approver"), action, id=account)
    assert ask(site, security, "account.lock", id=account).value.locked
    assert ask(site, office.enter("security"), "session.list", person=clerk.person_id).value.items == ()
    assert not ask(site, security, "account.unlock", id=account).value.locked
    assert ask(site, system, "account.disable", id=account).value.disabled
    assert not ask(site, system, "account.disable", id=account, disabled=False).value.disabled
    code = ask(site, security, "account.reset", id=account, _key="reset-0001").value
    assert code.login == "clerk"
    redeem_reset(site, login="clerk", code=code.code, password=NEW)
    assert office.sign_in("clerk", NEW).person_id == office.people["clerk"]
    refusal("idempotency.once", site, security, "account.reset", id=account, _key="reset-0001")
    assert_nothing_of(office, code.code)


def assert_nothing_of(office: Office, *secrets: str) -> None:
    """None of these texts stands in what is kept of deeds."""
    with office.site.database.read() as connection:
        kept = [str(row) for table in (audit, idempotency, proposal) for row in connection.execute(select(table))]
    assert kept
    for secret in secrets:
        assert not [row for row in kept if secret in row]


def test_a_new_password_gives_a_new_token(office: Office) -> None:
    site, elsewhere = office.site, office.enter("clerk")
    begun = office.sign_in("clerk")
    caller = office.caller(begun)
    refusal("password.wrong", site, caller, "account.password", old="x", new=NEW)
    done = ask(site, caller, "account.password", old=PASSWORD, new=NEW, _key="change-0001").value
    assert caller_of_session(site, begun.token.reveal()) is None
    alive = ask(site, again(office, done.token), "session.list").value.items
    assert [one.id for one in alive] == [done.session_id]
    assert alive[0].current
    assert elsewhere.session_id not in {one.id for one in alive}
    assert_nothing_of(office, PASSWORD, NEW, done.token)
    assert done.token not in repr(done)


def test_a_second_factor(office: Office) -> None:
    site, caller = office.site, office.enter("clerk")
    made = ask(site, caller, "account.totp", password=PASSWORD, _key="totp-00001").value
    assert made.qr_svg.startswith("<svg")
    refusal("totp.wrong", site, caller, "account.totp_confirm", code="000000")
    code = pyotp.TOTP(made.secret).at(office.clock.now())
    done = ask(site, caller, "account.totp_confirm", code=code, _key="totp-00002").value
    assert len(done.recovery_codes) == 10
    caller = again(office, done.session.token)
    fresh = ask(site, caller, "account.recovery", password=PASSWORD, _key="totp-00003").value
    assert not set(fresh.recovery_codes) & set(done.recovery_codes)
    office.clock.advance(timedelta(minutes=1))
    code = pyotp.TOTP(made.secret).at(office.clock.now())
    off = ask(site, caller, "account.totp_disable", password=PASSWORD, code=code).value
    assert not ask(site, again(office, off.token), "account.read", id=caller.person_id).value.has_totp
    assert_nothing_of(office, made.secret, *done.recovery_codes, *fresh.recovery_codes, done.session.token)


def test_sessions_are_ones_own(office: Office) -> None:
    site, here, there = office.site, office.enter("clerk"), office.enter("clerk")
    stranger = office.enter("operator")
    assert ids(office, here, "session.list") == {here.session_id, there.session_id}
    refusal("object.unknown", site, stranger, "session.list", person=here.person_id)
    refusal("access.role", site, office.enter("approver"), "session.end", id=here.session_id)
    refusal("object.unknown", site, stranger, "session.end", id=here.session_id)
    refusal("object.unknown", site, stranger, "session.end", id="ses-none")
    left = ask(site, here, "session.end_others").value.items
    assert [one.id for one in left] == [here.session_id]
    ask(site, office.enter("security"), "session.end", id=here.session_id)
    assert ids(office, office.enter("security"), "session.list", person=here.person_id) == set()


def test_a_token_is_shown_once_and_does_what_it_names(office: Office) -> None:
    site, clerk = office.site, office.enter("clerk")
    fields = {"name": "脚本", "actions": ["system.list"], "expires_at": office.clock.now() + timedelta(days=30)}
    made = ask(site, clerk, "token.create", **fields, _key="token-00001").value
    refusal("idempotency.once", site, clerk, "token.create", **fields, _key="token-00001")
    assert_nothing_of(office, made.token)
    program = caller_of_token(site, made.token)
    assert program is not None
    ask(site, program, "system.list")
    refusal("access.token", site, program, "tenant.list")
    refusal("access.token", site, program, "token.create", **fields)
    refusal("token.actions", site, clerk, "token.create", **{**fields, "actions": ["account.password"]})
    assert ids(office, clerk, "token.list") == {made.id}
    refusal("object.unknown", site, office.enter("operator"), "token.list", person=clerk.person_id)
    refusal("object.unknown", site, office.enter("operator"), "token.revoke", id=made.id)
    assert ask(site, clerk, "token.revoke", id=made.id).value.revoked_at == office.clock.now()
    assert caller_of_token(site, made.token) is None


@pytest.fixture
def served(office: Office) -> Office:
    """The unit has a tenant at the provider, with a system in it."""
    now = office.clock.now()
    with office.site.database.write() as connection:
        tenant = parties.add_tenant(
            connection,
            organisation_id=office.organisations["unit"],
            provider_id=office.organisations["provider"],
            name="t",
            now=now,
        )
        system = parties.add_system(connection, organisation_id=office.organisations["unit"], name="门户", now=now)
        parties.deploy_system(connection, system_id=system, tenant_id=tenant, now=now)
    return office


def asked(office: Office, caller: Caller, **more: Any) -> Any:
    fields = {
        "using_unit": office.organisations["unit"],
        "scope": "assume_role",
        "roles": ["operator"],
        "reason": "代办上线",
        "valid_until": office.clock.now() + timedelta(days=3),
    }
    return ask(office.site, caller, "consent.ask", **{**fields, **more}).value


def test_consents_are_asked_for_and_given(served: Office) -> None:
    office, site = served, served.site
    operator, approver = office.enter("operator"), office.enter("approver")
    made = asked(office, operator)
    assert (made.state, made.holds, made.asked_by_name, made.using_unit) == ("asked", False, "人operator", "市民服务局")
    refusal("access.role", site, office.enter("clerk"), "consent.give", id=made.id)
    refusal("access.role", site, operator, "consent.give", id=made.id)
    for key in ("other_approver", "rival_operator"):
        refusal("object.unknown", site, office.enter(key), "consent.give", id=made.id)
        assert ids(office, office.enter(key), "consent.list") == set()
    given = ask(site, approver, "consent.give", id=made.id).value
    assert (given.state, given.holds, given.events[0].person) == ("given", True, "人approver")
    assert ids(office, operator, "consent.list", state="given") == {made.id}
    assert ids(office, operator, "consent.list", state="asked") == set()
    gone = ask(site, office.enter("clerk"), "consent.withdraw", id=made.id, reason="已上线").value
    assert (gone.state, [one.kind for one in gone.events]) == ("withdrawn", ["given", "withdrawn"])
    other = asked(office, operator, scope="tenant_data", roles=[], systems=["门户"])
    assert other.systems == ("门户",)
    assert ask(site, approver, "consent.refuse", id=other.id, reason="不需要").value.state == "refused"
    assert ids(office, approver, "consent.list", state="refused") == {other.id}
    refusal(
        "consent.party",
        site,
        office.enter("rival_operator"),
        "consent.ask",
        using_unit=office.organisations["unit"],
        scope="tenant_data",
        reason="x",
        valid_until=office.clock.now() + timedelta(days=1),
    )


def test_a_role_is_assumed_under_consent_and_ends(served: Office) -> None:
    office, site = served, served.site
    made = asked(office, office.enter("operator"))
    begin = {"consent": made.id, "roles": ["operator"], "reason": "代办"}
    refusal("assumption.consent", site, office.enter("operator"), "assumption.begin", **begin)
    ask(site, office.enter("approver"), "consent.give", id=made.id)
    refusal("assumption.consent", site, office.enter("rival_operator"), "assumption.begin", **begin)
    refusal("access.role", site, office.enter("clerk"), "assumption.begin", **begin)
    begun = ask(site, office.enter("operator"), "assumption.begin", **begin, _key="assume-0001").value
    assert_nothing_of(office, begun.token)
    assumed = again(office, begun.token)
    assert (assumed.organisation_name, assumed.true_person_id) == ("市民服务局", office.people["operator"])
    for key in ("approver", "operator", "security"):
        rows = ask(site, office.enter(key), "assumption.list", live=True).value.items
        assert [(one.person, one.organisation, one.live) for one in rows] == [("人operator", "市民服务局", True)]
    for key in ("other_approver", "rival_operator"):
        assert ids(office, office.enter(key), "assumption.list") == set()
    # What a provider's person sees in the unit's name ends where a competitor's part begins.
    assert {one.name for one in ask(site, assumed, "organisation.list", role="provider").value.items} == {"云上公司"}
    ended = ask(site, assumed, "assumption.end").value
    assert again(office, ended.token).assumption is None
    refusal("assumption.none", site, again(office, ended.token), "assumption.end")


def test_a_role_is_stopped_by_the_unit_or_by_security(served: Office) -> None:
    office, site = served, served.site
    made = asked(office, office.enter("operator"))
    ask(site, office.enter("approver"), "consent.give", id=made.id)
    for key in ("approver", "security"):
        begun = ask(
            site, office.enter("operator"), "assumption.begin", consent=made.id, roles=["operator"], reason="代办"
        ).value
        row = ask(site, office.enter(key), "assumption.list", live=True).value.items[0]
        refusal("object.unknown", site, office.enter("other_approver"), "assumption.stop", id=row.id)
        done = ask(site, office.enter(key), "assumption.stop", id=row.id).value
        assert (done.live, done.ended_by_name) == (False, f"人{key}")
        assert caller_of_session(site, begun.token) is None


def test_an_integrator_is_let_serve(served: Office) -> None:
    office, site = served, served.site
    fields = {"system": "门户", "integrator": office.organisations["integrator"]}
    refusal("access.role", site, office.enter("clerk"), "integrator.set", **fields)
    refusal("system.unknown", site, office.enter("other_approver"), "integrator.set", **fields)
    refusal("integrator.role", site, office.enter("approver"), "integrator.set", system="门户", integrator="云上公司")
    ask(site, office.enter("approver"), "integrator.set", **fields)
    for key in ("clerk", "engineer", "operator"):
        rows = ask(site, office.enter(key), "integrator.list").value.items
        assert [(one.system, one.organisation, one.using_unit) for one in rows] == [("门户", "软件公司", "市民服务局")]
    for key in ("rival_operator", "other_approver"):
        assert ask(site, office.enter(key), "integrator.list").value.items == ()
    ask(site, office.enter("approver"), "integrator.set", **fields, granted=False)
    assert ask(site, office.enter("engineer"), "integrator.list").value.items == ()


def test_a_link_to_the_identity_provider_is_security_work(office: Office) -> None:
    site, account = office.site, office.accounts["clerk"]
    refusal("access.role", site, office.enter("clerk"), "account.link", id=office.accounts["approver"], subject="s")
    refusal("account.link", site, office.enter("security"), "account.link", id=account)
