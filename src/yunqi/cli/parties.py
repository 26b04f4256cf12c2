"""`yunqi organisation …`, `yunqi tenant …`, `yunqi system …`"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import click

from yunqi.cli.answers import answered_by
from yunqi.cli.remote import find_remote
from yunqi.cli.show import show_table
from yunqi.cli.site import asking, open_client, parse_at
from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import ROLE_WORDS
from yunqi.kernel.words import _

if TYPE_CHECKING:
    from yunqi.client import Client
    from yunqi.wire.parties import Flag, OrganisationRole, PersonRole, SystemRow

ROLES = ("using_unit", "provider", "administration", "supervisor", "integrator")
PERSON_ROLES = ("reader", "operator", "approver", "administrator", "system_admin", "security_admin", "audit_admin")
FLAGS = ("grade", "important", "internet_facing", "fee_share")


@click.group()
def organisation() -> None:
    """单位与人员。"""


@organisation.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@asking
@click.pass_context
def add_organisation(ctx: click.Context, name: str, role: OrganisationRole, actor: str | None) -> None:
    """登记一个单位。"""
    with open_client(ctx, actor) as client:
        click.echo(client.organisations.add(name=name, role=role).id)


@organisation.command("add-person")
@click.argument("organisation_name")
@click.argument("name")
@click.option(
    "--role",
    "roles",
    type=click.Choice(PERSON_ROLES),
    multiple=True,
    help="角色(可重复);本机上默认为 operator,远程须由安全管理员另行授予",
)
@asking
@answered_by("person.add")
@click.pass_context
def add_person(
    ctx: click.Context, organisation_name: str, name: str, roles: tuple[PersonRole, ...], actor: str | None
) -> None:
    """登记一名人员及其角色。"""
    wanted: tuple[PersonRole, ...] = roles or (() if find_remote(ctx) else ("operator",))
    with open_client(ctx, actor) as client:
        made = client.persons.add(name=name, organisation=organisation_name)
        for role in wanted:
            client.persons.roles(made.id, role=role)
    click.echo(made.id)


@organisation.command("list")
@asking
@answered_by(organisations="organisation.list", persons="person.list")
@click.pass_context
def list_organisations(ctx: click.Context, actor: str | None) -> None:
    """列出单位,及可见的人员。"""
    from yunqi.cases.machine import ROLE_LABELS

    with open_client(ctx, actor) as client:
        found = list(client.organisations.iterate())
        people: dict[str, list[str]] = defaultdict(list)
        for one in client.persons.iterate():
            people[one.organisation_id].append(
                f"{one.name}（{_('、').join(_(ROLE_WORDS[role]) for role in ROLE_WORDS if role in one.roles)}）"
            )
    show_table(
        [_("单位"), _("角色"), _("人员"), _("标识")],
        [(one.name, _(ROLE_LABELS[one.role]), "、".join(people[one.id]), one.id) for one in found],
    )


@click.group()
def tenant() -> None:
    """租户:使用单位在一家云服务商处的隔离区。"""


@tenant.command("add")
@click.argument("using_unit")
@click.argument("provider")
@click.option("--name", help="租户名称(默认为使用单位名称)")
@asking
@click.pass_context
def add_tenant(ctx: click.Context, using_unit: str, provider: str, name: str | None, actor: str | None) -> None:
    """为使用单位在云服务商处建立租户。"""
    with open_client(ctx, actor) as client:
        click.echo(client.tenants.add(using_unit=using_unit, provider=provider, name=name).id)


@tenant.command("list")
@asking
@click.pass_context
def list_tenants(ctx: click.Context, actor: str | None) -> None:
    """列出租户。"""
    with open_client(ctx, actor) as client:
        rows = [(one.name, one.using_unit, one.provider, one.id) for one in client.tenants.iterate()]
    show_table([_("租户"), _("使用单位"), _("云服务商"), _("标识")], rows)


@click.group()
def system() -> None:
    """信息系统及其标记。"""


@system.command("add")
@click.argument("using_unit")
@click.argument("name")
@asking
@click.pass_context
def add_system(ctx: click.Context, using_unit: str, name: str, actor: str | None) -> None:
    """登记使用单位的信息系统。"""
    with open_client(ctx, actor) as client:
        click.echo(client.systems.add(name=name, using_unit=using_unit).id)


@system.command("flag")
@click.argument("using_unit")
@click.argument("name")
@click.argument("flag", type=click.Choice(FLAGS))
@click.argument("value")
@click.option("--from", "valid_from", metavar="时间", help="自何时起(默认现在)")
@asking
@click.pass_context
def set_flag(
    ctx: click.Context,
    using_unit: str,
    name: str,
    flag: Flag,
    value: str,
    valid_from: str | None,
    actor: str | None,
) -> None:
    """记录标记:grade 1…5(等保级别)、important yes/no、internet_facing yes/no、fee_share 小数。"""
    with open_client(ctx, actor) as client:
        found = find_system(client, using_unit, name)
        client.systems.flag(found.id, flag=flag, value=value, valid_from=parse_at(valid_from, "from"))
    click.echo(_("已记录"))


@system.command()
@click.argument("using_unit")
@click.argument("name")
@click.argument("provider")
@asking
@click.pass_context
def deploy(ctx: click.Context, using_unit: str, name: str, provider: str, actor: str | None) -> None:
    """登记信息系统部署到使用单位在该云服务商处的租户。"""
    with open_client(ctx, actor) as client:
        client.systems.deploy(find_system(client, using_unit, name).id, provider=provider)
    click.echo(_("已登记"))


@system.command("list")
@click.argument("using_unit", required=False)
@asking
@click.pass_context
def list_systems(ctx: click.Context, using_unit: str | None, actor: str | None) -> None:
    """列出信息系统及标记。"""
    with open_client(ctx, actor) as client:
        if using_unit is not None:
            _require_unit(client, using_unit)
        rows = [
            (one.using_unit, one.name, *(one.flags.get(flag, "—") for flag in FLAGS))
            for one in client.systems.iterate(using_unit=using_unit)
        ]
    show_table([_("使用单位"), _("信息系统"), _("等保级别"), _("重要"), _("面向互联网"), _("费用份额")], rows)


def find_system(client: Client, using_unit: str, reference: str) -> SystemRow:
    """The using unit's system of this id or name; raises `Problem` party.unknown and system.unknown."""
    _require_unit(client, using_unit)
    for one in client.systems.iterate(using_unit=using_unit):
        if reference in {one.id, one.name}:
            return one
    raise Problem(
        "system.unknown",
        "使用单位没有信息系统「{value}」",
        field="system",
        value=reference[:40],
        way_out="请核对名称：yunqi system list",
    )


def _require_unit(client: Client, using_unit: str) -> None:
    if any(using_unit in {one.id, one.name} for one in client.organisations.iterate(role="using_unit")):
        return
    raise Problem(
        "party.unknown",
        "没有这个对象：{kind}「{value}」",
        field="using_unit",
        kind=_("使用单位"),
        value=using_unit,
        way_out="请先登记",
    )


COMMANDS = {"organisation": organisation, "tenant": tenant, "system": system}
