"""Accounts of the tour's people, to sign in at the console with; and the three administrators of the installation."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import click

from yunqi.cli.show import Steps, show_table
from yunqi.cli.tour.cast import FIRST_SYSTEM, Cast, Side
from yunqi.kernel.period import date_of
from yunqi.kernel.words import _
from yunqi.operations.actions.base import Desk
from yunqi.operations.actions.perform import at_machine
from yunqi.operations.identity.accounts import open_account, redeem_reset, reset_account
from yunqi.operations.identity.integrators import let_serve
from yunqi.operations.identity.undertakings import record_undertaking
from yunqi.operations.installation import Installation
from yunqi.store import parties

INTEGRATOR = "云州数据工程有限公司"
_WORDS = (
    "river",
    "stone",
    "maple",
    "cloud",
    "amber",
    "harbor",
    "willow",
    "copper",
    "meadow",
    "lantern",
    "cedar",
    "pearl",
)
_PHRASE_WORDS = 4


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """One account: whose, and what one sees with it."""

    person_id: str
    login: str
    person: str
    organisation: str
    comes_to: str


def open_accounts(site: Installation, cast: Cast, steps: Steps) -> tuple[str, tuple[SampleAccount, ...]]:
    """Accounts for everybody under one password drawn for this installation; returns the password and the accounts."""
    accounts = (*_list_cast(site, cast), *_add_others(site, cast))
    password = " ".join(secrets.choice(_WORDS) for _number in range(_PHRASE_WORDS)) + f" {secrets.randbelow(90) + 10}"
    codes: dict[str, str] = {}
    now = site.clock.now()
    with site.database.write() as connection:
        desk = Desk(site, at_machine(), now, connection)
        for one in accounts:
            record_undertaking(desk, person_id=one.person_id, signed_on=date_of(now), reference=_("样例承诺书"))
            account = open_account(desk, person_id=one.person_id, login=one.login)
            codes[one.login] = reset_account(desk, account.id).code.reveal()
    for login, code in codes.items():
        redeem_reset(site, login=login, code=code, password=password)
    steps.say(_("开通 {count} 个账号，口令在末尾列出", count=len(accounts)))
    return password, accounts


def show_accounts(address: str, password: str, accounts: tuple[SampleAccount, ...]) -> None:
    """How to sign in: the address, the accounts, their password."""
    click.secho(_("控制台：{address}", address=address), bold=True, fg="green")
    click.echo(_("所有样例账号的密码：{password}", password=password))
    show_table(
        [_("登录名"), _("姓名"), _("单位"), _("登录后看到")],
        [(one.login, one.person, one.organisation, one.comes_to) for one in accounts],
    )


def _list_cast(site: Installation, cast: Cast) -> tuple[SampleAccount, ...]:
    rows: list[tuple[str, str, str]] = []

    def of(side: Side, mark: str) -> None:
        rows.extend(
            (
                (side.clerk, f"clerk{mark}", _("使用单位经办：额度、订购、付款")),
                (side.approver, f"approver{mark}", _("使用单位审批：签署、复核、批准擦除")),
                (side.operator, f"operator{mark}", _("云服务商运维：工单、故障时钟、交付")),
                (side.lead, f"lead{mark}", _("云服务商负责人：签署、约定、认定")),
            )
        )

    of(cast.first, "")
    of(cast.second, "2")
    rows.append((cast.officer, "officer", _("管理单位：备案、各家对比")))
    rows.append((cast.auditor, "auditor", _("监管服务商：证据、审计")))
    with site.database.read() as connection:
        found = []
        for person_id, login, comes_to in rows:
            person = parties.require_person(connection, person_id)
            owner = parties.require_organisation(connection, person.organisation_id).name
            found.append(SampleAccount(person_id, login, person.name, owner, comes_to))
    return tuple(found)


def _add_others(site: Installation, cast: Cast) -> tuple[SampleAccount, ...]:
    """The integrator's engineer, an administrator of the agency, and the three administrators of the installation."""
    now = site.clock.now()
    found: list[SampleAccount] = []
    with site.database.write() as connection:
        parties.add_organisation(connection, name=INTEGRATOR, role="integrator", now=now)

        def add(organisation: str, name: str, login: str, role: str, comes_to: str) -> None:
            owner = parties.require_organisation(connection, organisation)
            person = parties.add_person(connection, organisation_id=owner.id, name=name, now=now)
            parties.set_role(connection, person_id=person, role=role, granted=True, valid_from=now, now=now)
            found.append(SampleAccount(person, login, name, owner.name, comes_to))

        add(INTEGRATOR, "程野", "engineer", "operator", _("信息系统服务商：所服务的系统"))
        add(cast.first.using_unit, "白术", "manager", "administrator", _("单位管理员：人员与承诺书"))
        add(cast.administration, "钟岳", "sysadmin", "system_admin", _("系统管理员：单位、开通账号"))
        add(cast.administration, "叶青", "secadmin", "security_admin", _("安全管理员：角色、解锁、会话"))
        add(cast.administration, "苏衡", "auditadmin", "audit_admin", _("审计管理员：全部审计记录"))
        desk = Desk(site, at_machine(), now, connection)
        let_serve(
            desk, using_unit=cast.first.using_unit, system=cast.first.systems[FIRST_SYSTEM], integrator=INTEGRATOR
        )
    return tuple(found)
