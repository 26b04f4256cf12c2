"""`yunqi incident …`, findings on incidents included."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from yunqi.cli.cases import find_case
from yunqi.cli.files import save_download
from yunqi.cli.show import beside_contracts, show_table
from yunqi.cli.site import asking, open_client, parse_at, parse_fields
from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from yunqi.wire.incidents import FaultDocument, FindingEvent, IncidentEvent, IncidentKind, IncidentType

SAID = ("channel", "root_cause", "reason", "note")
SAID_OF_FINDINGS = ("reason", "answer", "evidence")


@click.group()
def incident() -> None:
    """事件:报告、响应、恢复、认定。"""


@incident.command("list")
@click.argument("contract", required=False)
@asking
@click.pass_context
def list_(ctx: click.Context, contract: str | None, actor: str | None) -> None:
    """列出一份合同的事件,不写合同即全部。"""
    with open_client(ctx, actor) as client:
        rows = list(client.incidents.iterate(contract=contract, sort="number"))
    show_table(
        *beside_contracts(
            contract,
            [_("编号"), _("事件"), _("状态"), _("开始"), _("标识")],
            rows,
            [(row.number, row.title, row.state_name, render_local(row.opened_at), row.id) for row in rows],
        ),
    )


@incident.command()
@click.argument("contract")
@click.argument("number")
@asking
@click.pass_context
def show(ctx: click.Context, contract: str, number: str, actor: str | None) -> None:
    """查看一个事件:各条款的时钟,距违约还有多久,谁在何时做了什么。"""
    with open_client(ctx, actor) as client:
        row = client.incidents.read(find_case(client.incidents.iterate(contract=contract), number))
    click.secho(f"{row.number}  {row.title}  {row.state_name}", bold=True)
    click.echo(f"{row.object_name}  {row.type_name}  {render_local(row.opened_at)}")
    for period in row.periods:
        span = f"{render_local(period.start_at)} – {render_local(period.end_at)}"
        click.echo(
            _(
                "处于重要保障期：{number} {title}（{level}，{span}）",
                number=period.number,
                title=period.title,
                level=period.level_name,
                span=span,
            )
        )
        for shift in period.manning.shifts if period.manning else ():
            came = _("有到岗登记") if shift.taken_at else _("尚无到岗登记")
            click.echo(f"  {shift.person}  {render_local(shift.start_at)} – {render_local(shift.end_at)}  {came}")
        if period.manning and period.manning.missing:
            click.echo("  " + _("没有到岗登记：{names}", names=_("、").join(period.manning.missing)))
    show_table(
        [_("时限"), _("起算"), _("状态"), _("剩余(分钟)"), _("到期"), _("出处")],
        [
            (
                f"{one.name} {one.operator} {one.limit_name}",
                one.start_name,
                one.state_name,
                "—" if one.left_minutes is None else one.left_minutes,
                "—" if one.due_at is None else render_local(one.due_at),
                one.source.article if one.source else "",
            )
            for one in row.clocks
        ],
        right=frozenset({3}),
    )
    show_table(
        [_("时间"), _("步骤"), _("经办人"), _("内容")],
        [
            (
                render_local(one.at),
                one.event_name,
                f"{one.organisation}/{one.person}" if one.person else "—",
                " ".join(f"{name}={value}" for name, value in one.data.items()),
            )
            for one in row.timeline
        ],
    )


@incident.command("open")
@click.argument("contract")
@click.argument("title")
@click.option("--at", metavar="时间", help="何时发生(默认现在)")
@click.option("--system", metavar="名称")
@click.option("--object", "object_", default="platform", help="资源标识、system:标识或 platform")
@click.option("--kind", type=click.Choice(["fault", "request"]), default="fault")
@click.option(
    "--type",
    "type_",
    type=click.Choice(["interruption", "degradation", "tampering", "data_loss", "intrusion", "request"]),
    default="interruption",
)
@asking
@click.pass_context
def open_(
    ctx: click.Context,
    contract: str,
    title: str,
    at: str | None,
    system: str | None,
    object_: str,
    kind: IncidentKind,
    type_: IncidentType,
    actor: str | None,
) -> None:
    """手工开立一个事件(探测没有看到的)。"""
    with open_client(ctx, actor) as client:
        opened = client.incidents.open(
            contract=contract, title=title, at=parse_at(at), system=system, object=object_, kind=kind, type=type_
        )
    click.echo(_("事件 {number} 已开立", number=opened.number))


@incident.command("do")
@click.argument("contract")
@click.argument("number")
@click.argument("event", metavar="reported|responded|arrived|located|recovered|closed|withdrawn")
@click.option("--at", metavar="时间", help="何时发生(默认现在)")
@click.option("--set", "pairs", multiple=True, metavar="名称=值", help="例如 channel=电话、root_cause=电源")
@asking
@click.pass_context
def do(
    ctx: click.Context,
    contract: str,
    number: str,
    event: IncidentEvent,
    at: str | None,
    pairs: tuple[str, ...],
    actor: str | None,
) -> None:
    """登记事件的一步:甲方报告、乙方响应、到场、定位、恢复、关闭。"""
    said = _said(pairs, SAID)
    with open_client(ctx, actor) as client:
        found = find_case(client.incidents.iterate(contract=contract), number)
        after = client.incidents.advance(
            found,
            event=event,
            at=parse_at(at),
            channel=said.get("channel"),
            root_cause=said.get("root_cause"),
            reason=said.get("reason"),
            note=said.get("note"),
        )
    click.echo(_("{number}：{state}", number=after.number, state=after.state_name))


@incident.command("report-file")
@click.argument("contract")
@click.argument("number")
@click.argument("document", type=click.Choice(["fault_record", "fault_first", "fault_final", "downtime"]))
@click.option("--to", "target", type=click.Path(path_type=Path), help="存为这一文件")
@asking
@click.pass_context
def report_file(
    ctx: click.Context, contract: str, number: str, document: FaultDocument, target: Path | None, actor: str | None
) -> None:
    """编制故障文档(docx):处置记录、故障报告、故障处理报告、系统宕机报告。编号入册用 report compose --incident。"""
    with open_client(ctx, actor) as client:
        found = find_case(client.incidents.iterate(contract=contract), number)
        click.echo(save_download(client.faults.file(found, document=document), target))


@incident.command()
@click.argument("contract")
@click.argument("event", metavar="事件标识")
@click.argument("question")
@click.argument("answer")
@click.option("--evidence", required=True, help="所依据的证据")
@asking
@click.pass_context
def propose(
    ctx: click.Context, contract: str, event: str, question: str, answer: str, evidence: str, actor: str | None
) -> None:
    """提出一项认定,例如 severity.重大影响 no;双方确认后计入结算。"""
    with open_client(ctx, actor) as client:
        opened = client.adjudications.open(
            contract=contract, event=event, question=question, answer=answer, evidence=evidence
        )
    click.echo(_("认定 {number} 已提出，请双方确认", number=opened.number))


@incident.command()
@click.argument("contract")
@asking
@click.pass_context
def findings(ctx: click.Context, contract: str, actor: str | None) -> None:
    """列出一份合同的认定。"""
    with open_client(ctx, actor) as client:
        rows = list(client.adjudications.iterate(contract=contract, sort="number"))
    show_table(
        [_("编号"), _("事件"), _("问题"), _("认定"), _("状态")],
        [(row.number, row.event_name, row.question_name, row.answer_name, row.state_name) for row in rows],
    )


@incident.command()
@click.argument("contract")
@click.argument("number")
@click.argument("event", metavar="confirm|contest|decide|withdraw")
@click.option("--set", "pairs", multiple=True, metavar="名称=值")
@asking
@click.pass_context
def adjudicate(
    ctx: click.Context,
    contract: str,
    number: str,
    event: FindingEvent | Literal["confirm"],
    pairs: tuple[str, ...],
    actor: str | None,
) -> None:
    """办理一项认定:确认、提出异议、裁定、撤回。"""
    said = _said(pairs, SAID_OF_FINDINGS)
    with open_client(ctx, actor) as client:
        found = find_case(client.adjudications.iterate(contract=contract), number)
        after = (
            client.adjudications.confirm(found)
            if event == "confirm"
            else client.adjudications.advance(
                found,
                event=event,
                reason=said.get("reason"),
                answer=said.get("answer"),
                evidence=said.get("evidence"),
            )
        )
    click.echo(_("{number}：{state}", number=after.number, state=after.state_name))


def _said(pairs: tuple[str, ...], known: tuple[str, ...]) -> Mapping[str, str]:
    said = parse_fields(pairs)
    unknown = sorted(set(said) - set(known))
    if unknown:
        raise Problem(
            "case.field",
            "这一步没有「{name}」这一项",
            field="set",
            name=unknown[0][:40],
            known="、".join(known),
            way_out="可填写的：{known}",
        )
    return said


COMMANDS = {"incident": incident}
