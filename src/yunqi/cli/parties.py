"""`yunqi organisation …`, `yunqi tenant …`, `yunqi system …`"""

from __future__ import annotations

import click

from yunqi.cli.show import show_table
from yunqi.cli.site import open_site
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _

ROLES = ("using_unit", "provider", "administration", "supervisor", "integrator")
PERSON_ROLES = (
    "reader",
    "operator",
    "approver",
    "administrator",
    "system_admin",
    "security_admin",
    "audit_admin",
)
FLAGS = ("grade", "important", "internet_facing", "fee_share")


@click.group()
def organisation() -> None:
    """单位与人员。"""


@organisation.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.pass_context
def add_organisation(ctx: click.Context, name: str, role: str) -> None:
    """登记一个单位。"""
    from yunqi.store import parties

    with open_site(ctx) as site, site.database.write() as connection:
        click.echo(parties.add_organisation(connection, name=name, role=role, now=site.clock.now()))


@organisation.command("add-person")
@click.argument("organisation_name")
@click.argument("name")
@click.option("--role", "roles", type=click.Choice(PERSON_ROLES), multiple=True, default=("operator",))
@click.pass_context
def add_person(ctx: click.Context, organisation_name: str, name: str, roles: tuple[str, ...]) -> None:
    """登记一名人员及其角色。"""
    from yunqi.store import parties

    with open_site(ctx) as site, site.database.write() as connection:
        now = site.clock.now()
        owner = parties.require_organisation(connection, organisation_name)
        identifier = parties.add_person(connection, organisation_id=owner.id, name=name, now=now)
        for role in roles:
            parties.set_role(connection, person_id=identifier, role=role, granted=True, valid_from=now, now=now)
    click.echo(identifier)


@organisation.command("list")
@click.pass_context
def list_organisations(ctx: click.Context) -> None:
    """列出单位与人员。"""
    from yunqi.cases.machine import ROLE_LABELS
    from yunqi.store import parties

    with open_site(ctx) as site, site.database.read() as connection:
        now = site.clock.now()
        rows = []
        for one in parties.list_organisations(connection):
            people = parties.list_people(connection, one.id)
            words = "、".join(
                f"{person.name}（{','.join(sorted(parties.list_roles(connection, person.id, at=now)))}）"
                for person in people
            )
            rows.append((one.name, _(ROLE_LABELS[one.role]), words, one.id))
    show_table([_("单位"), _("角色"), _("人员"), _("标识")], rows, limit=60)


@click.group()
def tenant() -> None:
    """租户:使用单位在一家云服务商处的隔离区。"""


@tenant.command("add")
@click.argument("using_unit")
@click.argument("provider")
@click.option("--name", help="租户名称(默认为使用单位名称)")
@click.pass_context
def add_tenant(ctx: click.Context, using_unit: str, provider: str, name: str | None) -> None:
    """为使用单位在云服务商处建立租户。"""
    from yunqi.store import parties

    with open_site(ctx) as site, site.database.write() as connection:
        unit = parties.require_organisation(connection, using_unit)
        seller = parties.require_organisation(connection, provider)
        click.echo(
            parties.add_tenant(
                connection, organisation_id=unit.id, provider_id=seller.id, name=name or unit.name, now=site.clock.now()
            )
        )


@tenant.command("list")
@click.pass_context
def list_tenants(ctx: click.Context) -> None:
    """列出租户。"""
    from yunqi.store import parties

    with open_site(ctx) as site, site.database.read() as connection:
        names = {one.id: one.name for one in parties.list_organisations(connection)}
        rows = [
            (one.name, names[one.organisation_id], names[one.provider_id], one.id)
            for one in parties.list_tenants(connection)
        ]
    show_table([_("租户"), _("使用单位"), _("云服务商"), _("标识")], rows)


@click.group()
def system() -> None:
    """信息系统及其标记。"""


@system.command("add")
@click.argument("using_unit")
@click.argument("name")
@click.pass_context
def add_system(ctx: click.Context, using_unit: str, name: str) -> None:
    """登记使用单位的信息系统。"""
    from yunqi.store import parties

    with open_site(ctx) as site, site.database.write() as connection:
        unit = parties.require_organisation(connection, using_unit)
        click.echo(parties.add_system(connection, organisation_id=unit.id, name=name, now=site.clock.now()))


@system.command("flag")
@click.argument("using_unit")
@click.argument("name")
@click.argument("flag", type=click.Choice(FLAGS))
@click.argument("value")
@click.option("--from", "valid_from", metavar="时间", help="自何时起(默认现在)")
@click.pass_context
def set_flag(ctx: click.Context, using_unit: str, name: str, flag: str, value: str, valid_from: str | None) -> None:
    """记录标记:grade 1…5(等保级别)、important yes/no、internet_facing yes/no、fee_share 小数。"""
    from yunqi.cli.site import parse_at
    from yunqi.operations.parties import flag_system

    with open_site(ctx) as site:
        flag_system(site, using_unit, name, flag, value, parse_at(valid_from, "from"))
    click.echo(_("已记录"))


@system.command()
@click.argument("using_unit")
@click.argument("name")
@click.argument("provider")
@click.pass_context
def deploy(ctx: click.Context, using_unit: str, name: str, provider: str) -> None:
    """登记信息系统部署到使用单位在该云服务商处的租户。"""
    from yunqi.operations.parties import deploy_system

    with open_site(ctx) as site:
        deploy_system(site, using_unit, name, provider)
    click.echo(_("已登记"))


@system.command("list")
@click.argument("using_unit", required=False)
@click.pass_context
def list_systems(ctx: click.Context, using_unit: str | None) -> None:
    """列出信息系统及标记。"""
    from yunqi.store import parties

    with open_site(ctx) as site, site.database.read() as connection:
        units = [one for one in parties.list_organisations(connection) if one.role == "using_unit"]
        if using_unit is not None:
            units = [one for one in units if using_unit in (one.id, one.name)]
            if not units:
                raise Problem(
                    "party.unknown",
                    "没有这个对象：{kind}「{value}」",
                    field="using_unit",
                    kind=_("使用单位"),
                    value=using_unit,
                    way_out="请先登记",
                )
        rows = [
            (unit.name, one.name, *(one.flags.get(flag, "—") for flag in FLAGS))
            for unit in units
            for one in parties.list_systems(connection, unit.id, at=site.clock.now())
        ]
    show_table([_("使用单位"), _("信息系统"), _("等保级别"), _("重要"), _("面向互联网"), _("费用份额")], rows)


COMMANDS = {"organisation": organisation, "tenant": tenant, "system": system}
