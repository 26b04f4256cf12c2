"""Consents and assumed roles: asked, given, withdrawn; what they open and what they never do."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from tests.kits.identity import Office, refusal

from yunqi.kernel.rights import Caller, Target, decide, relations_of
from yunqi.kernel.rights_table import RIGHTS
from yunqi.operations.actions.perform import pack_caller, unpack_caller
from yunqi.operations.identity import assumptions, consents, integrators, tokens
from yunqi.operations.identity.accounts import disable_account, prove_password
from yunqi.operations.identity.sessions import SignedIn, sign_out
from yunqi.store import parties
from yunqi.store.assumptions import list_assumptions
from yunqi.store.consents import Consent, has_consent, list_consents
from yunqi.store.integrators import list_services, list_system_ids
from yunqi.store.tables import assumption

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def served(office: Office) -> Office:
    """The provider has a tenant of the unit; the unit has two systems."""
    with office.desk() as desk:
        unit, now = office.organisations["unit"], desk.now
        parties.add_tenant(
            desk.connection, organisation_id=unit, provider_id=office.organisations["provider"], name="租户", now=now
        )
        for name in ("办事大厅", "档案库"):
            parties.add_system(desk.connection, organisation_id=unit, name=name, now=now)
    return office


def ask(office: Office, caller: Caller, scope: str = "assume_role", days: int = 10, **more: object) -> Consent:
    with office.desk(caller) as desk:
        fields: dict[str, object] = {
            "using_unit": "市民服务局",
            "scope": scope,
            "reason": "排查故障",
            "valid_from": desk.now,
            "valid_until": desk.now + days * DAY,
            "roles": ("operator",) if scope == "assume_role" else (),
        }
        return consents.ask_consent(desk, **(fields | more))  # type: ignore[arg-type]


def give(office: Office, consent: Consent, by: str = "approver") -> None:
    with office.desk(office.enter(by)) as desk:
        consents.give_consent(desk, consent.id, reason="同意")


def begin(office: Office, signed: SignedIn, consent: Consent, **more: object) -> SignedIn:
    with office.desk(office.caller(signed)) as desk:
        fields: dict[str, object] = {"consent_id": consent.id, "roles": ("operator",), "reason": "工单 12"}
        return assumptions.begin_assumption(desk, **(fields | more))  # type: ignore[arg-type]


def consented(office: Office, person: str = "operator", by: str = "provider", at: datetime | None = None) -> bool:
    with office.site.database.read() as connection:
        return has_consent(
            connection,
            office.organisations["unit"],
            office.organisations[by],
            office.people[person],
            at or office.clock.now(),
        )


def test_tenant_data_opens_with_the_consent_and_closes_with_its_end(served: Office) -> None:
    asked = ask(served, served.enter("operator"), "tenant_data", days=5)
    assert not consented(served)
    before = served.clock.now()
    served.later(hours=1)
    give(served, asked)
    assert consented(served)
    assert not consented(served, at=before)  # not before it was given
    assert consented(served, "colleague")
    assert not consented(served, "rival_operator", "rival")
    served.later(days=5)
    assert not consented(served)


def test_a_consent_to_one_person_is_no_colleagues(served: Office) -> None:
    give(served, ask(served, served.enter("operator"), "tenant_data", person_id=served.people["operator"]))
    assert consented(served)
    assert not consented(served, "colleague")


def test_consent_to_assume_a_role_is_none_to_data_and_the_other_way_round(served: Office) -> None:
    give(served, ask(served, served.enter("operator")))
    assert not consented(served)
    data = ask(served, served.enter("operator"), "tenant_data")
    give(served, data)
    signed = served.sign_in("operator")
    refusal("assumption.consent", lambda: begin(served, signed, data))


def test_withdrawn_is_final_and_recorded_beside_not_over(served: Office) -> None:
    asked = ask(served, served.enter("operator"), "tenant_data")
    give(served, asked)
    served.later(hours=2)
    with served.desk(served.enter("clerk")) as desk:
        consents.withdraw_consent(desk, asked.id, reason="已修复")
    assert not consented(served)
    assert consented(served, at=served.clock.now() - HOUR)  # it did hold then
    with served.desk(served.enter("approver")) as desk:
        refusal("consent.settled", lambda: consents.give_consent(desk, asked.id))
        refusal("consent.settled", lambda: consents.withdraw_consent(desk, asked.id, reason="x"))
        (kept,) = list_consents(desk.connection, using_unit_id=served.organisations["unit"])
    assert [event.kind for event in kept.events] == ["given", "withdrawn"]
    assert kept.state(served.clock.now()) == "withdrawn"


@pytest.mark.parametrize("by", ["other_approver", "operator", "security"])
def test_only_the_using_unit_decides(served: Office, by: str) -> None:
    asked = ask(served, served.enter("operator"))
    refusal("consent.others", lambda: give(served, asked, by))


def test_a_refused_consent_and_one_that_ran_out_are_not_given(served: Office) -> None:
    one, two = ask(served, served.enter("operator")), ask(served, served.enter("operator"), days=1)
    with served.desk(served.enter("approver")) as desk:
        consents.refuse_consent(desk, one.id, reason="不同意")
        refusal("consent.settled", lambda: consents.give_consent(desk, one.id))
        refusal("consent.settled", lambda: consents.withdraw_consent(desk, two.id, reason="x"))
        refusal("consent.unknown", lambda: consents.give_consent(desk, "cst-none"))
    served.later(days=1)
    refusal("consent.settled", lambda: give(served, two))


@pytest.mark.parametrize(
    ("by", "more", "code"),
    [
        ("rival_operator", {}, "consent.party"),
        ("engineer", {}, "consent.party"),
        ("clerk", {}, "consent.party"),
        ("operator", {"using_unit": "档案局"}, "consent.party"),
        ("operator", {"using_unit": "云上公司"}, "consent.party"),
        ("operator", {"using_unit": "没有"}, "party.unknown"),
        ("operator", {"systems": ("别人的",)}, "consent.systems"),
        ("operator", {"roles": ("approver",)}, "consent.roles"),
        ("operator", {"reason": " "}, "text.empty"),
        ("operator", {"reason": "a\0b"}, "text.characters"),
        ("operator", {"reason": "\ud800"}, "text.characters"),
    ],
)
def test_what_can_not_be_asked_for(served: Office, by: str, more: dict[str, object], code: str) -> None:
    refusal(code, lambda: ask(served, served.enter(by), **more))


def test_a_stranger_can_not_be_the_person(served: Office) -> None:
    stranger = served.people["rival_operator"]
    refusal("consent.person", lambda: ask(served, served.enter("operator"), person_id=stranger))


def test_an_assumed_role_acts_in_the_units_name_and_stays_the_persons(served: Office) -> None:
    asked = ask(served, served.enter("operator"))
    give(served, asked)
    signed = served.sign_in("operator")
    assumed = begin(served, signed, asked)
    assert not served.is_in(signed)  # a new token with every change of privilege
    caller = served.caller(assumed)
    assert (caller.organisation_id, caller.organisation_role) == (served.organisations["unit"], "using_unit")
    assert caller.roles == {"operator"}
    assert caller.true_person_id == served.people["operator"]
    assert caller.assumption is not None
    assert (caller.assumption.reason, caller.assumption.organisation_id) == (
        "工单 12",
        served.organisations["provider"],
    )
    assert caller.assumption.until_at == served.clock.now() + 8 * HOUR
    kept = unpack_caller(pack_caller(caller))
    assert (kept.assumption, kept.only_provider_id) == (caller.assumption, served.organisations["provider"])
    with served.desk(caller) as desk:
        again = assumptions.end_assumption(desk)
    assert not served.is_in(assumed)
    own = served.caller(again)
    assert (own.assumption, own.organisation_id) == (None, served.organisations["provider"])


def test_in_a_using_units_name_a_provider_sees_nothing_of_a_competitor(served: Office) -> None:
    asked = ask(served, served.enter("operator"))
    give(served, asked)
    caller = served.caller(begin(served, served.sign_in("operator"), asked))
    unit = served.organisations["unit"]
    mine, theirs = Target(unit, served.organisations["provider"]), Target(unit, served.organisations["rival"])
    assert relations_of(caller, mine) == {"using_unit"}
    assert relations_of(caller, theirs) == frozenset()
    assert decide(caller, RIGHTS["resource.order"], mine) is None
    said = decide(caller, RIGHTS["contract.read"], theirs)
    assert said is not None
    assert said.code == "object.unknown"


def test_for_some_systems_an_assumed_role_reaches_as_far_as_their_integrator(served: Office) -> None:
    asked = ask(served, served.enter("operator"), systems=("办事大厅",))
    give(served, asked)
    caller = served.caller(begin(served, served.sign_in("operator"), asked))
    unit, provider = served.organisations["unit"], served.organisations["provider"]
    (system,) = caller.system_ids
    assert caller.organisation_role == "integrator"
    assert decide(caller, RIGHTS["resource.order"], Target(unit, provider, system)) is None
    assert decide(caller, RIGHTS["resource.order"], Target(unit, provider, "sys-other")) is not None
    assert decide(caller, RIGHTS["resource.delete"], Target(unit, provider, system)) is not None


def test_in_an_assumed_role_nobody_consents_makes_tokens_or_changes_the_account(served: Office) -> None:
    asked = ask(served, served.enter("operator"))
    give(served, asked)
    waiting = ask(served, served.enter("operator"), "tenant_data")
    caller = served.caller(begin(served, served.sign_in("operator"), asked))
    refusal("assumption.active", lambda: ask(served, caller, "tenant_data"))
    with served.desk(caller) as desk:
        until = desk.now + HOUR
        refusal("assumption.active", lambda: consents.give_consent(desk, waiting.id))
        refusal("assumption.active", lambda: prove_password(desk, "x"))
        refusal(
            "assumption.active",
            lambda: tokens.create_token(desk, name="x", actions=("resource.list",), expires_at=until),
        )
        refusal(
            "assumption.active",
            lambda: assumptions.begin_assumption(desk, consent_id=asked.id, roles=("operator",), reason="x"),
        )
        refusal(
            "assumption.active",
            lambda: integrators.let_serve(desk, using_unit="市民服务局", system="办事大厅", integrator="软件公司"),
        )


@pytest.mark.parametrize("how", ["time", "consent_ends", "withdrawn", "stopped", "signed_out", "person_disabled"])
def test_an_assumed_role_that_is_over_gives_no_caller(served: Office, how: str) -> None:
    asked = ask(served, served.enter("operator"), days=1)
    give(served, asked)
    if how == "consent_ends":
        served.later(hours=20)
    signed = served.sign_in("operator")
    assumed = begin(served, signed, asked)
    if how == "time":
        for _ in range(31):
            served.later(minutes=15)
            assert served.is_in(assumed)
        served.later(minutes=15)
    elif how == "consent_ends":
        for _ in range(15):
            served.later(minutes=15)
            assert served.is_in(assumed)
        served.later(minutes=15)
    elif how == "withdrawn":
        with served.desk(served.enter("clerk")) as desk:
            consents.withdraw_consent(desk, asked.id, reason="停")
    elif how == "stopped":
        with served.desk(served.enter("security")) as desk:
            (live,) = list_assumptions(desk.connection, live_at=desk.now)
            assert assumptions.stop_assumption(desk, live.id).ended_at == desk.now
    elif how == "signed_out":
        sign_out(served.site, served.caller(assumed))
        (row,) = served.audited("sign_out")
        assert row.assumption_id is not None
        assert row.person_id == served.people["operator"]
    else:
        with served.desk() as desk:
            disable_account(desk, "operator")
    assert not served.is_in(assumed)
    with served.desk() as desk:
        assert not list_assumptions(desk.connection, live_at=desk.now) or how == "person_disabled"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"roles": ()}, "assumption.roles"),
        ({"roles": ("reader",)}, "assumption.roles"),
        ({"roles": ("operator", "approver")}, "assumption.roles"),
        ({"reason": ""}, "text.empty"),
        ({"consent_id": "cst-none"}, "consent.unknown"),
    ],
)
def test_assumptions_that_can_not_be(served: Office, more: dict[str, object], code: str) -> None:
    asked = ask(served, served.enter("operator"))
    give(served, asked)
    signed = served.sign_in("operator")
    refusal(code, lambda: begin(served, signed, asked, **more))
    assert served.is_in(signed)
    with served.desk() as desk:
        assert not desk.connection.execute(select(assumption)).all()


@pytest.mark.parametrize(("hours", "good"), [(0, False), (8, True), (9, False)])
def test_at_most_eight_hours_and_never_beyond_the_consent(served: Office, hours: int, good: bool) -> None:
    asked = ask(served, served.enter("operator"), days=1)
    give(served, asked)
    signed = served.sign_in("operator")
    until = served.clock.now() + hours * HOUR
    if good:
        begin(served, signed, asked, until_at=until)
    else:
        refusal("assumption.span", lambda: begin(served, signed, asked, until_at=until))


@pytest.mark.parametrize("who", ["rival_operator", "colleague", "engineer"])
def test_a_consent_is_its_holders_only(served: Office, who: str) -> None:
    asked = ask(served, served.enter("operator"), person_id=served.people["operator"])
    give(served, asked)
    signed = served.sign_in(who)
    refusal("assumption.consent", lambda: begin(served, signed, asked))


def test_what_was_only_asked_for_opens_nothing(served: Office) -> None:
    asked = ask(served, served.enter("operator"))
    signed = served.sign_in("operator")
    refusal("assumption.consent", lambda: begin(served, signed, asked))


def serve(office: Office, granted: bool = True, system: str = "办事大厅", **more: datetime) -> None:
    with office.desk(office.enter("approver")) as desk:
        integrators.let_serve(
            desk, using_unit="市民服务局", system=system, integrator="软件公司", granted=granted, **more
        )


def test_an_integrator_serves_what_it_was_let_serve_from_when_to_when(served: Office) -> None:
    signed = served.sign_in("engineer")
    assert served.caller(signed).system_ids == frozenset()
    serve(served)
    serve(served, system="档案库", valid_from=served.clock.now() + HOUR / 4, valid_until=served.clock.now() + HOUR / 2)
    assert len(served.caller(signed).system_ids) == 1
    served.later(minutes=15)
    assert len(served.caller(signed).system_ids) == 2
    with served.site.database.read() as connection:
        engineers = served.organisations["integrator"]
        assert list_system_ids(connection, engineers, served.clock.now()) == served.caller(signed).system_ids
        assert {one.system_name for one in list_services(connection, at=served.clock.now())} == {"办事大厅", "档案库"}
    served.later(minutes=15)
    assert len(served.caller(signed).system_ids) == 1
    serve(served, granted=False)
    assert served.caller(signed).system_ids == frozenset()
    refusal("integrator.role", lambda: let_provider_serve(served))


def let_provider_serve(office: Office) -> None:
    with office.desk(office.enter("approver")) as desk:
        integrators.let_serve(desk, using_unit="市民服务局", system="办事大厅", integrator="云上公司")


def test_an_integrator_asks_for_consent_where_it_serves(served: Office) -> None:
    serve(served)
    asked = ask(served, served.enter("engineer"), systems=("办事大厅",))
    give(served, asked)
    caller = served.caller(begin(served, served.sign_in("engineer"), asked))
    assert caller.only_provider_id is None
    assert len(caller.system_ids) == 1
