"""Who may do what, as a table of cases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from yunqi.kernel.rights import Assumption, Caller, Right, Target, decide, relations_of
from yunqi.kernel.rights_table import RIGHTS


def caller(role: str, *roles: str, organisation: str = "org-1", **more: object) -> Caller:
    return Caller("per-1", "甲", organisation, "单位", role, frozenset(roles), **more)  # type: ignore[arg-type]


MINE = Target(using_unit_id="org-1", provider_id="org-2")
LISTING_ONLY = frozenset({"resource.list"})
SOMEBODYS = Target(person_id="per-2", organisation_id="org-1")
OTHER = Target(using_unit_id="org-8", provider_id="org-9")


@pytest.mark.parametrize(
    ("who", "action", "target", "code"),
    [
        (caller("using_unit", "operator"), "resource.order", MINE, None),
        (caller("using_unit", "reader"), "resource.order", MINE, "access.role"),
        (caller("using_unit", "operator"), "resource.order", OTHER, "object.unknown"),
        (caller("provider", "operator", organisation="org-2"), "resource.list", MINE, None),
        (caller("provider", "operator", organisation="org-2"), "resource.read", OTHER, "object.unknown"),
        # The same organisation on the other side of a contract is no party to it.
        (caller("provider", "operator", organisation="org-1"), "resource.read", MINE, "object.unknown"),
        (caller("administration", "reader"), "contract.read", OTHER, None),
        (caller("supervisor", "operator"), "resource.order", OTHER, "access.role"),
        (caller("integrator", "operator"), "resource.read", MINE, "object.unknown"),
        (caller("using_unit", "system_admin"), "contract.read", OTHER, "object.unknown"),
        (caller("administration", "audit_admin"), "audit.verify", Target(), None),
        (caller("administration", "security_admin"), "audit.verify", Target(), "access.role"),
        (caller("using_unit", "operator", actions=LISTING_ONLY), "resource.order", MINE, "access.token"),
        (caller("using_unit", "reader"), "token.create", Target(), None),
        (caller("using_unit", "reader"), "token.revoke", Target(person_id="per-1", organisation_id="org-1"), None),
        (caller("using_unit", "reader"), "token.revoke", SOMEBODYS, "access.role"),
    ],
)
def test_decisions(who: Caller, action: str, target: Target, code: str | None) -> None:
    refused = decide(who, RIGHTS[action], target)
    assert (refused.code if refused else None) == code


def test_tenant_data_needs_consent_of_the_tenant_only_for_the_provider() -> None:
    right = RIGHTS["resource.samples"]
    provider = caller("provider", "operator", organisation="org-2")
    refused = decide(provider, right, MINE)
    assert refused is not None
    assert refused.code == "access.consent"
    consented = Target(using_unit_id="org-1", provider_id="org-2", consented=True)
    assert decide(provider, right, consented) is None
    assert decide(caller("using_unit", "reader"), right, MINE) is None


def test_an_integrator_sees_the_systems_it_serves() -> None:
    serving = caller("integrator", "operator", organisation="org-5", system_ids=frozenset({"sys-1"}))
    right = RIGHTS["resource.read"]
    assert decide(serving, right, Target("org-1", "org-2", system_id="sys-1")) is None
    assert decide(serving, right, Target("org-1", "org-2", system_id="sys-2")) is not None


def test_the_person_at_the_keyboard_stays_known_under_an_assumed_role() -> None:
    assumed = Assumption("asm-1", "per-9", "乙", "org-2", "排查故障", datetime(2026, 11, 26, tzinfo=UTC))
    assert caller("using_unit", "operator", assumption=assumed).true_person_id == "per-9"
    assert caller("using_unit", "operator").true_person_id == "per-1"


def test_root_at_the_machine_reads_everything_and_acts_only_as_somebody() -> None:
    nobody = Caller(None, "", None, "", "", frozenset(), at_machine=True)
    assert decide(nobody, RIGHTS["contract.read"], OTHER) is None
    named = caller("using_unit", "reader", at_machine=True)
    assert decide(named, RIGHTS["resource.order"], MINE) is not None


def test_the_administrators_of_the_installation_have_no_part_in_contracts() -> None:
    for role in ("system_admin", "security_admin", "audit_admin"):
        who = caller("administration", role)
        assert "installation" in relations_of(who, MINE)
        for action in ("contract.read", "resource.order", "payment.record", "statement.read"):
            assert decide(who, RIGHTS[action], MINE) is not None


def test_no_role_of_the_three_can_do_the_work_of_another() -> None:
    sets = {
        role: {name for name, right in RIGHTS.items() if role in right.holders.get("installation", frozenset())}
        for role in ("system_admin", "security_admin", "audit_admin")
    }
    writes = {
        role: {name for name in names if name.split(".")[1] not in {"list", "read", "export"}}
        for role, names in sets.items()
    }
    assert not writes["system_admin"] & writes["security_admin"]
    assert not writes["security_admin"] & writes["audit_admin"]
    assert not writes["system_admin"] & writes["audit_admin"]


def test_a_right_for_nobody_is_refused_to_everybody() -> None:
    for role in ("using_unit", "provider", "administration", "supervisor", "integrator"):
        who = caller(role, "reader", "operator", "approver", "administrator")
        assert decide(who, Right("nothing.at_all"), Target()) is not None
