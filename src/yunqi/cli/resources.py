"""`yunqi order …`, `yunqi resource …`"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from yunqi.cli.answers import answered_by
from yunqi.cli.show import show_table
from yunqi.cli.site import asking, open_client, parse_fields
from yunqi.kernel.clock import render_local
from yunqi.kernel.words import _

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


@click.command()
@click.argument("kind")
@click.argument("name")
@click.option("--contract", required=True, metavar="编号")
@click.option("--work-order", metavar="编号", help="已备案并受理的统一工单")
@click.option("--system", metavar="名称", help="所属信息系统")
@click.option("--set", "pairs", multiple=True, metavar="名称=值", help="规格,例如 vcpus=2 memory_gb=4")
@asking
@click.pass_context
def order(
    ctx: click.Context,
    kind: str,
    name: str,
    contract: str,
    work_order: str | None,
    system: str | None,
    pairs: tuple[str, ...],
    actor: str | None,
) -> None:
    """订购资源:network、server、disk、address……在额度之内,凭已备案的工单。"""
    with open_client(ctx, actor) as client:
        made = client.resources.order(
            kind=kind, name=name, contract=contract, work_order=work_order, system=system, spec=parse_fields(pairs)
        )
    click.echo(_("已订购 {name}（{id}）", name=made.name, id=made.id))


@click.group()
def resource() -> None:
    """资源:列出、查看、变更、删除。"""


@resource.command("list")
@click.option("--contract", metavar="编号")
@click.option("--gone", is_flag=True, help="也列出已退订的")
@asking
@click.pass_context
def list_(ctx: click.Context, contract: str | None, gone: bool, actor: str | None) -> None:
    """列出资源及其状态。"""
    with open_client(ctx, actor) as client:
        rows = list(client.resources.iterate(contract=contract, gone=gone))
    show_table(
        [_("名称"), _("类型"), _("状态"), _("规格"), _("标识")],
        [(row.name, row.kind, _(PHASES[row.phase]), _spec_words(row.spec), row.id) for row in rows],
    )


def _spec_words(spec: Mapping[str, Any]) -> str:
    return " ".join(f"{key}={value}" for key, value in sorted(spec.items()) if value is not None)


@resource.command()
@click.argument("name")
@asking
@click.pass_context
def show(ctx: click.Context, name: str, actor: str | None) -> None:
    """查看一个资源:状态、地址、占用、证书。"""
    with open_client(ctx, actor) as client:
        row = client.resources.read(name)
    click.secho(f"{row.name}  {row.kind}  {_(PHASES[row.phase])}  {row.id}", bold=True)
    click.echo(_spec_words(row.spec))
    for key, value in sorted(row.choices.items()):
        click.echo(f"  {key} = {value}")
    for key, value in row.detail.items():
        click.echo(f"  {key}: {value}")
    show_table(
        [_("占用"), _("数量"), _("起"), _("止")],
        [
            (
                one.item,
                one.quantity,
                render_local(one.start_at),
                "—" if one.end_at is None else render_local(one.end_at),
            )
            for one in row.draws
        ],
    )
    for certificate in row.certificates:
        click.echo(_("擦除证书 {id}，卷 {volume}", id=certificate["id"], volume=certificate["volume_id"]))


@resource.command()
@click.argument("name")
@click.option("--work-order", required=True, metavar="编号")
@click.option("--set", "pairs", multiple=True, required=True, metavar="名称=值")
@asking
@click.pass_context
def change(ctx: click.Context, name: str, work_order: str, pairs: tuple[str, ...], actor: str | None) -> None:
    """变更规格。"""
    with open_client(ctx, actor) as client:
        made = client.resources.change(name, spec=parse_fields(pairs), work_order=work_order)
    click.echo(_("已变更 {name}，第 {generation} 版", name=made.name, generation=made.generation))


@resource.command()
@click.argument("name")
@asking
@answered_by("resource.delete")
@click.pass_context
def delete(ctx: click.Context, name: str, actor: str | None) -> None:
    """申请退订;有数据的资源还须另一人批准擦除。"""
    with open_client(ctx, actor) as client:
        asked = client.resources.delete(name)
        keeps_data = {one.kind for one in client.resources.kinds().items if one.keeps_data}
    if asked.kind in keeps_data:
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
@asking
@click.pass_context
def approve_erase(ctx: click.Context, name: str, actor: str | None) -> None:
    """批准擦除一个已申请退订的资源的数据(不可撤回)。"""
    with open_client(ctx, actor) as client:
        client.resources.erase(name)
    click.echo(_("已批准擦除"))


@resource.command()
@asking
@click.pass_context
def plan(ctx: click.Context, actor: str | None) -> None:
    """下一轮调和将做什么(只看不做)。"""
    with open_client(ctx, actor) as client:
        click.echo(client.resources.plan().text)


COMMANDS = {"order": order, "resource": resource}
