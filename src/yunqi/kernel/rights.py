"""Who may do what: the caller, what an action is done to, and the decision. The rows stand in `rights_table`.

An organisation stands to an object as its using unit, its provider, or over it (administration, supervisor), or
serves one of its information systems (integrator). In each of these relations an action asks for one of some roles.
Three roles belong to the installation and to three people: none of them looks after the work of the others.

Source: GB/T 22239-2019 8.1.5 (system, security and audit administration apart); the contracts' duty that the provider
reaches a tenant's data only with the tenant's consent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from yunqi.kernel.errors import Problem, Words

USING_UNIT, PROVIDER, ADMINISTRATION, SUPERVISOR, INTEGRATOR = (
    "using_unit",
    "provider",
    "administration",
    "supervisor",
    "integrator",
)
INSTALLATION = "installation"
"""The relation of the three administrators to everything that is of the installation itself."""
RELATIONS = (USING_UNIT, PROVIDER, ADMINISTRATION, SUPERVISOR, INTEGRATOR, INSTALLATION)

READER, OPERATOR, APPROVER, ADMINISTRATOR = "reader", "operator", "approver", "administrator"
ORGANISATION_ROLES = frozenset({READER, OPERATOR, APPROVER, ADMINISTRATOR})
"""Roles within an organisation; one person may have several."""
SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN = "system_admin", "security_admin", "audit_admin"
INSTALLATION_ROLES = frozenset({SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN})
ROLE_WORDS: Mapping[str, str] = {
    READER: "查看",
    OPERATOR: "经办",
    APPROVER: "审批",
    ADMINISTRATOR: "单位管理员",
    SYSTEM_ADMIN: "系统管理员",
    SECURITY_ADMIN: "安全管理员",
    AUDIT_ADMIN: "审计管理员",
}
"""What the roles are called, the lesser first."""
"""Roles over the installation; a person has at most one, and none beside it."""

COLLEAGUE, COUNTERPARTY = "colleague", "counterparty"


@dataclass(frozen=True, slots=True)
class Assumption:
    """A role assumed (代入角色): who acts in truth, under which grant, until when.

    `organisation_id` and `organisation_role` are the person's own. A provider's person reaches in a using unit's name
    only what that provider serves: a competitor's prices and resources stay out of sight.
    """

    id: str
    person_id: str
    person_name: str
    organisation_id: str
    reason: str
    until_at: datetime
    organisation_role: str = ""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a person with the roles of the moment. Under an assumption organisation and roles are the assumed ones.

    `actions` limits an API token (None: everything the roles allow). `system_ids` are the information systems that an
    integrator serves. `at_machine`: root at the installation's own command line, who may do what the named person may,
    and read everything when nobody is named.
    """

    person_id: str | None
    person_name: str
    organisation_id: str | None
    organisation_name: str
    organisation_role: str
    roles: frozenset[str]
    assumption: Assumption | None = None
    actions: frozenset[str] | None = None
    system_ids: frozenset[str] = frozenset()
    session_id: str | None = None
    token_id: str | None = None
    address: str = ""
    at_machine: bool = False

    @property
    def only_provider_id(self) -> str | None:
        """The one provider whose part of the using unit the caller may see; None: no such limit."""
        assumed = self.assumption
        return assumed.organisation_id if assumed and assumed.organisation_role == PROVIDER else None

    @property
    def true_person_id(self) -> str | None:
        """The person who sits at the keyboard."""
        return self.assumption.person_id if self.assumption else self.person_id


def scope_of(caller: Caller) -> Caller:
    """The caller as far as lists care: without the person, the session and where the request came from.

    Everybody of one organisation with the same roles has the same scope. Only what is named here is left out, so that
    whatever else limits a caller limits the scope too.
    """
    return replace(
        caller,
        person_id=None if caller.person_id is None else "",
        person_name="",
        organisation_name="",
        session_id=None,
        token_id=None,
        address="",
    )


@dataclass(frozen=True, slots=True)
class Target:
    """What an action is done to, as far as rights care. All None: a list, which shows each caller only what is theirs,
    or something that belongs to nobody yet.

    `organisation_id`: the one organisation that owns it (its people, its files). `consented`: the tenant's consent to
    the caller's organisation holds at this moment.
    """

    using_unit_id: str | None = None
    provider_id: str | None = None
    system_id: str | None = None
    organisation_id: str | None = None
    person_id: str | None = None
    consented: bool = False


@dataclass(frozen=True, slots=True)
class Right:
    """One row of the table: by relation the roles of which one is enough.

    `consent`: the provider's people need the tenant's consent. `sensitive`: reading it is recorded in the audit trail.
    `second`: another person must agree before it is done: a `colleague`, or someone of the `counterparty`.
    """

    action: str
    holders: Mapping[str, frozenset[str]] = field(default_factory=dict)
    anyone: bool = False
    own: bool = False
    consent: bool = False
    sensitive: bool = False
    second: str = ""


def relations_of(caller: Caller, target: Target) -> frozenset[str]:
    """How the caller stands to the target. For a target that is nobody's it is what the caller's organisation is."""
    if caller.only_provider_id is not None and target.provider_id not in {None, caller.only_provider_id}:
        return frozenset()
    found = {INSTALLATION} if caller.roles & INSTALLATION_ROLES else set()
    role = caller.organisation_role
    nobody = (target.using_unit_id, target.provider_id, target.organisation_id, target.system_id) == (None,) * 4
    owner = {USING_UNIT: target.using_unit_id, PROVIDER: target.provider_id}.get(role)
    if found and not nobody:
        return frozenset(found)  # the three administrators stand to nothing as their organisation does
    if (
        nobody
        or (role in (ADMINISTRATION, SUPERVISOR) and target.organisation_id is None)
        or (caller.organisation_id is not None and caller.organisation_id in (owner, target.organisation_id))
        or (role == INTEGRATOR and target.system_id is not None and target.system_id in caller.system_ids)
    ):
        found.add(role)
    return frozenset(found)


def decide(caller: Caller, right: Right, target: Target) -> Problem | None:
    """None when the caller may; else the refusal.

    Codes: `object.unknown` for what the caller may not even know of, `access.role`, `access.consent`, `access.token`,
    `access.password`, and `access.assumed`: what needs two persons nobody asks for in another's name.
    """
    if caller.at_machine and caller.person_id is None:
        return None
    if caller.actions is not None and right.action not in caller.actions:
        if caller.session_id is not None:  # signed in with a password that somebody else has set
            return Problem(
                "access.password", "初始密码尚未修改，不能执行其他操作", field="action", way_out="请先修改密码"
            )
        return Problem(
            "access.token",
            "该访问令牌不含操作「{action}」",
            field="action",
            action=right.action,
            way_out="请使用含此操作的令牌，或登录后操作",
        )
    if caller.assumption is not None and right.second:
        return Problem(
            "access.assumed",
            "代入角色期间不能办理「{action}」：须两人各以本人身份办理",
            field="action",
            action=right.action,
            way_out="请先结束代入，再以本人身份办理",
        )
    if right.anyone or (right.own and target.person_id is not None and target.person_id == caller.person_id):
        return None
    relations = relations_of(caller, target)
    if not relations:
        return unknown_object()
    wanted = {relation: right.holders.get(relation, frozenset()) for relation in relations}
    enough = [relation for relation, roles in wanted.items() if roles & caller.roles]
    if not enough:
        if relations == {INSTALLATION} and target != Target():
            return unknown_object()
        wanted_roles = right.holders.get(caller.organisation_role, frozenset())
        return Problem(
            "access.role",
            "您的角色不能执行「{action}」",
            field="action",
            action=right.action,
            roles=tuple(Words(ROLE_WORDS[role]) for role in ROLE_WORDS if role in wanted_roles),
            way_out="本单位中可执行此操作的角色：{roles}" if wanted_roles else "这一操作由其他单位办理",
        )
    if right.consent and enough == [PROVIDER] and not target.consented:
        return Problem(
            "access.consent",
            "「{action}」涉及租户数据，使用单位尚未同意",
            field="action",
            action=right.action,
            way_out="请先由使用单位在「授权同意」中同意，再操作",
        )
    return None


def unknown_object() -> Problem:
    """What is said both of what does not exist and of what the caller may not know of."""
    return Problem(
        "object.unknown", "没有这个对象，或您无权查看", field="id", way_out="请核对编号；如确有需要，请联系本单位管理员"
    )
