"""`yunqi work-order …`, `yunqi order …`, `yunqi resource …`"""

from __future__ import annotations

from typing import Any

import click

from yunqi.cli.show import show_json, show_table
from yunqi.cli.site import acting, open_site, parse_at
from yunqi.kernel.clock import render_local
from yunqi.kernel.money import decimal_text
from yunqi.kernel.words import _

WORK_ORDER_KINDS = ("onboarding", "go_live", "change", "exit")
PHASES = {
    "ordered": "已订购",
    "building": "建设中",
    "ready": "可用",
    "repairing": "恢复中",
    "waiting": "等待",
    "ending": "退订中",
    "erasing": "擦除中",
    "gone": "已退订",
    "failed": "失败",
}


@click.group("work-order")
def work_order() -> None:
    """统一工单:拟稿、备案、受理、实施、办结。"""


@work_order.command("open")
@click.argument("contract")
@click.argument("title")
@click.option("--kind", type=click.Choice(WORK_ORDER_KINDS), default="onboarding")
@acting
@click.pass_context
def open_(ctx: click.Context, contract: str, title: str, kind: str, actor: str) -> None:
    """拟一份统一工单。"""
    from yunqi.operations.cases import open_work_order
    from yunqi.operations.installation import require_actor
    from yunqi.operations.orders import require_tenant_id
    from yunqi.store.contracts import require_contract

    with open_site(ctx) as site:
        with site.database.read() as connection:
            person = require_actor(connection, actor)
            found = require_contract(connection, contract)
            tenant_id = require_tenant_id(connection, found)
        opened = open_work_order(
            site, contract_id=found.id, kind=kind, title=title, tenant_id=tenant_id, person_id=person.id
        )
    click.echo(_("统一工单 {number} 已拟稿", number=opened.number))


@work_order.command("do")
@click.argument("contract")
@click.argument("number")
@click.argument("event", metavar="file|approve|reject|withdraw|carry_out|close")
@click.option("--set", "pairs", multiple=True, metavar="名称=值", help="例如 filing_number=备案-0001")
@acting
@click.pass_context
def do(ctx: click.Context, contract: str, number: str, event: str, pairs: tuple[str, ...], actor: str) -> None:
    """办理工单的一步:备案(管理单位)、受理(云服务商)……"""
    after = _add_event(ctx, "work_order", contract, number, event, pairs, actor, None)
    click.echo(after)


def _add_event(
    ctx: click.Context,
    kind: str,
    contract: str,
    number: str,
    event: str,
    pairs: tuple[str, ...],
    actor: str,
    at: str | None,
) -> str:
    from yunqi.operations.cases import MACHINES, add_event
    from yunqi.operations.installation import require_actor
    from yunqi.operations.orders import parse_fields
    from yunqi.store.cases import require_case
    from yunqi.store.contracts import require_contract

    with open_site(ctx) as site:
        with site.database.read() as connection:
            person = require_actor(connection, actor)
            found = require_contract(connection, contract)
            case = require_case(connection, number, kind=kind, contract_id=found.id)
        after = add_event(site, case.id, event, person_id=person.id, data=parse_fields(pairs), at=parse_at(at))
    return _("{number}：{state}", number=after.number, state=_(MACHINES[kind].label(after.state)))


@work_order.command("list")
@click.argument("contract")
@click.pass_context
def list_work_orders(ctx: click.Context, contract: str) -> None:
    """列出一份合同的工单。"""
    from yunqi.operations.cases import MACHINES
    from yunqi.store.cases import list_cases
    from yunqi.store.contracts import require_contract

    with open_site(ctx) as site, site.database.read() as connection:
        rows = list_cases(connection, require_contract(connection, contract).id, kind="work_order")
    show_table(
        [_("编号"), _("类型"), _("事由"), _("状态"), _("备案号"), _("拟稿时间")],
        [
            (
                row.number,
                row.data["kind"],
                row.title,
                _(MACHINES["work_order"].label(row.state)),
                row.data.get("filing_number", "—"),
                render_local(row.opened_at),
            )
            for row in rows
        ],
    )


@click.command()
@click.argument("kind")
@click.argument("name")
@click.option("--contract", required=True, metavar="编号")
@click.option("--work-order", metavar="编号", help="已备案并受理的统一工单")
@click.option("--system", metavar="名称", help="所属信息系统")
@click.option("--set", "pairs", multiple=True, metavar="名称=值", help="规格,例如 vcpus=2 memory_gb=4")
@acting
@click.pass_context
def order(
    ctx: click.Context,
    kind: str,
    name: str,
    contract: str,
    work_order: str | None,
    system: str | None,
    pairs: tuple[str, ...],
    actor: str,
) -> None:
    """订购资源:network、server、disk、address……在额度之内,凭已备案的工单。"""
    from yunqi.operations.installation import require_actor
    from yunqi.operations.orders import parse_fields, place_order

    with open_site(ctx) as site:
        with site.database.read() as connection:
            person = require_actor(connection, actor)
        made = place_order(
            site,
            contract=contract,
            kind=kind,
            name=name,
            fields=parse_fields(pairs),
            work_order=work_order,
            person_id=person.id,
            system=system,
        )
    click.echo(_("已订购 {name}（{id}）", name=made.name, id=made.id))


@click.group()
def resource() -> None:
    """资源:列出、查看、变更、删除。"""


@resource.command("list")
@click.option("--contract", metavar="编号")
@click.option("--gone", is_flag=True, help="也列出已退订的")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def list_(ctx: click.Context, contract: str | None, gone: bool, as_json: bool) -> None:
    """列出资源及其状态。"""
    from yunqi.store.contracts import require_contract
    from yunqi.store.resources import iterate_resources

    with open_site(ctx) as site, site.database.read() as connection:
        contract_id = None if contract is None else require_contract(connection, contract).id
        rows = list(iterate_resources(connection, contract_id=contract_id, gone=gone))
    if as_json:
        show_json(
            [
                {"id": row.id, "kind": row.kind, "name": row.name, "spec": dict(row.spec), "phase": phase_of(row)}
                for row in rows
            ]
        )
        return
    show_table(
        [_("名称"), _("类型"), _("状态"), _("规格"), _("标识")],
        [(row.name, row.kind, _(PHASES[phase_of(row)]), _spec_words(row.spec), row.id) for row in rows],
        limit=60,
    )


def phase_of(row: Any) -> str:
    """The phase of a resource, `gone` once it is."""
    return "gone" if row.gone_at is not None else str(row.phase)


def _spec_words(spec: Any) -> str:
    return " ".join(f"{key}={value}" for key, value in sorted(spec.items()) if value is not None)


@resource.command()
@click.argument("name")
@click.pass_context
def show(ctx: click.Context, name: str) -> None:
    """查看一个资源:状态、地址、占用、证书。"""
    from yunqi.operations.resources import describe_resource

    with open_site(ctx) as site:
        found = describe_resource(site, name)
    row = found.resource
    click.secho(f"{row.name}  {row.kind}  {_(PHASES[phase_of(row)])}  {row.id}", bold=True)
    click.echo(_spec_words(row.spec))
    for key, value in sorted(found.choices.items()):
        click.echo(f"  {key} = {value}")
    for key, value in row.detail.items():
        click.echo(f"  {key}: {value}")
    show_table(
        [_("占用"), _("数量"), _("起"), _("止")],
        [
            (
                one.item,
                decimal_text(one.quantity),
                render_local(one.start_at),
                "—" if one.end_at is None else render_local(one.end_at),
            )
            for one in found.draws
        ],
    )
    for certificate in found.certificates:
        click.echo(_("擦除证书 {id}，卷 {volume}", id=certificate["id"], volume=certificate["volume_id"]))


@resource.command()
@click.argument("name")
@click.option("--work-order", required=True, metavar="编号")
@click.option("--set", "pairs", multiple=True, required=True, metavar="名称=值")
@acting
@click.pass_context
def change(ctx: click.Context, name: str, work_order: str, pairs: tuple[str, ...], actor: str) -> None:
    """变更规格。"""
    from yunqi.operations.installation import require_actor
    from yunqi.operations.orders import change_resource, parse_fields

    with open_site(ctx) as site:
        with site.database.read() as connection:
            person = require_actor(connection, actor)
        made = change_resource(site, name, parse_fields(pairs), work_order=work_order, person_id=person.id)
    click.echo(_("已变更 {name}，第 {generation} 版", name=made.name, generation=made.generation))


@resource.command()
@click.argument("name")
@acting
@click.pass_context
def delete(ctx: click.Context, name: str, actor: str) -> None:
    """申请退订;有数据的资源还须另一人批准擦除。"""
    from yunqi.operations.installation import require_actor
    from yunqi.operations.orders import ask_delete
    from yunqi.services.registry import service_of

    with open_site(ctx) as site:
        with site.database.read() as connection:
            person = require_actor(connection, actor)
        asked = ask_delete(site, name, person.id)
    if service_of(asked.kind).keeps_data:
        click.echo(
            _(
                "已申请退订 {name}；数据将被销毁，请由另一人批准：yunqi resource approve-erase {id}",
                name=asked.name,
                id=asked.id,
            )
        )
    else:
        click.echo(_("已申请退订 {name}", name=asked.name))


@resource.command("approve-erase")
@click.argument("name")
@acting
@click.pass_context
def approve_erase(ctx: click.Context, name: str, actor: str) -> None:
    """批准擦除一个已申请退订的资源的数据(不可撤回)。"""
    from yunqi.operations.installation import require_actor
    from yunqi.operations.orders import approve_erase as approve

    with open_site(ctx) as site:
        with site.database.read() as connection:
            person = require_actor(connection, actor)
        approve(site, name, person.id)
    click.echo(_("已批准擦除"))


@resource.command()
@click.pass_context
def plan(ctx: click.Context) -> None:
    """下一轮调和将做什么(只看不做)。"""
    from yunqi.operations.delivery import make_reconciler
    from yunqi.reconcile.gather import read_world
    from yunqi.reconcile.render import render_plan

    with open_site(ctx) as site:
        planned = make_reconciler(site).plan_round()
        click.echo(render_plan(planned, read_world(site.database).resources))


COMMANDS = {"work-order": work_order, "order": order, "resource": resource}
