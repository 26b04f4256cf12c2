"""`yunqi acceptance …`: the material of a contract, requests, answers, silence, sign-off, the dossier as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from yunqi.cli.cases import find_case
from yunqi.cli.files import read_upload, save_download
from yunqi.cli.show import beside_contracts, show_table
from yunqi.cli.site import asking, open_client, parse_at, parse_fields, parse_on
from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _

if TYPE_CHECKING:
    from yunqi.wire.acceptances import AcceptanceDetail, Material, ScoreCount


@click.group()
def acceptance() -> None:
    """验收:材料、提请、答复、返工、签认。"""


def _show_material(found: Material) -> None:
    if not found.listed:
        click.echo(_("合同没有列出须提交的验收材料"))
    show_table(
        [_("项"), _("材料或指标"), _("期间或阶段"), _("期限"), _("状态"), _("提交日"), _("凭据"), _("出处")],
        [
            (
                one.key,
                f"{one.name} {one.limit}".strip(),
                _("{start} 至 {end}", start=one.period[0], end=one.period[1]) if one.period else one.phase,
                one.due_on or "—",
                one.state_name + (f" ({one.days_late})" if one.days_late else ""),
                one.handed[-1].on if one.handed else "—",
                one.handed[-1].name if one.handed else "—",
                one.source.article if one.source else "",
            )
            for one in found.entries
        ],
    )
    if not found.complete:
        click.echo(
            _("材料不完整，缺 {count} 项：{missing}", count=len(found.missing), missing="；".join(found.missing))
        )
    click.echo(_("摘要值（SM3）：{sm3}", sm3=found.dossier))


@acceptance.command()
@click.argument("contract")
@click.option("--phase", metavar="阶段", help="只看合同的一个阶段")
@click.option("--on", "on_text", metavar="日期", help="截至哪一天(默认今天)")
@asking
@click.pass_context
def material(ctx: click.Context, contract: str, phase: str | None, on_text: str | None, actor: str | None) -> None:
    """合同所列的验收材料:已提交、迟交、缺失,各凭何据。"""
    with open_client(ctx, actor) as client:
        _show_material(client.acceptances.material(contract, phase=phase, on=parse_on(on_text) if on_text else None))


@acceptance.command("hand-in")
@click.argument("contract")
@click.argument("item", metavar="项")
@click.option("--file", type=click.Path(path_type=Path, dir_okay=False), help="要上传的文件")
@click.option("--document", metavar="标识", help="已有的文档")
@click.option("--statement", metavar="标识", help="结算单")
@click.option("--value", metavar="数值", help="指标的数值")
@click.option("--words", default="", metavar="说明")
@click.option("--on", "on_text", metavar="日期", help="签收日(只由使用单位填写,默认今天)")
@asking
@click.pass_context
def hand_in(
    ctx: click.Context,
    contract: str,
    item: str,
    file: Path | None,
    document: str | None,
    statement: str | None,
    value: str | None,
    words: str,
    on_text: str | None,
    actor: str | None,
) -> None:
    """提交一项验收材料;同样的材料再次提交不会重复登记。"""
    with open_client(ctx, actor) as client:
        kept = None if file is None else client.files.upload(name=file.name, content=read_upload(file)).id
        made = client.acceptances.hand_in(
            contract,
            item=item,
            file=kept,
            document=document,
            statement=statement,
            value=value,
            words=words,
            on=parse_on(on_text) if on_text else None,
        )
    click.echo(_("已登记，证据链记录 {id}", id=made.id))


@acceptance.command("list")
@click.argument("contract", required=False)
@asking
@click.pass_context
def list_(ctx: click.Context, contract: str | None, actor: str | None) -> None:
    """列出一份合同的验收,不写合同即全部。"""
    with open_client(ctx, actor) as client:
        rows = list(client.acceptances.iterate(contract=contract, sort="number"))
    show_table(
        *beside_contracts(
            contract,
            [_("编号"), _("名称"), _("阶段"), _("状态"), _("提请日"), _("期限"), _("期限状态"), _("验收合格日")],
            rows,
            [
                (
                    one.number,
                    one.title,
                    one.stage,
                    one.state_name,
                    one.asked_on,
                    one.due_on or "—",
                    one.clock_name + (_("，已过 {days} 天", days=late) if (late := -(one.days_left or 0)) > 0 else ""),
                    one.accepted_on or "—",
                )
                for one in rows
            ],
        ),
    )


@acceptance.command()
@click.argument("contract")
@click.argument("title", metavar="名称")
@click.option("--phase", metavar="阶段", help="只验收合同的一个阶段")
@click.option("--instalment", "instalments", type=int, multiple=True, metavar="期数", help="以本次验收为条件的款项")
@asking
@click.pass_context
def request(
    ctx: click.Context,
    contract: str,
    title: str,
    phase: str | None,
    instalments: tuple[int, ...],
    actor: str | None,
) -> None:
    """由云服务商提请验收;材料以此刻所登记的为准。"""
    with open_client(ctx, actor) as client:
        made = client.acceptances.request(contract, title=title, phase=phase, instalments=instalments)
    click.echo(_("验收 {number} 已提请，摘要值（SM3）{sm3}", number=made.number, sm3=made.dossier))


@acceptance.command()
@click.argument("contract")
@click.argument("number")
@asking
@click.pass_context
def show(ctx: click.Context, contract: str, number: str, actor: str | None) -> None:
    """查看一次验收:期限、材料、评分、经过、签认。"""
    with open_client(ctx, actor) as client:
        found = client.acceptances.read(find_case(client.acceptances.iterate(contract=contract), number))
    click.secho(f"{found.number}  {found.title}  {found.state_name}", bold=True)
    _show_clock(found)
    _show_material(found.material)
    if found.score is not None:
        click.echo(_("评分：{score} / {full}", score=found.score.score or "—", full=found.score.full))
    for one in found.timeline:
        reason = one.data.get("reason", "")
        click.echo(f"{render_local(one.at)}  {one.event_name}  {one.organisation}/{one.person}  {reason}".rstrip())


def _show_clock(found: AcceptanceDetail) -> None:
    clock = found.clock
    due = (
        "" if clock.due_on is None else _("，末日 {due_on}，剩余 {days} 天", due_on=clock.due_on, days=clock.days_left)
    )
    click.echo(f"{clock.state_name}{due}{clock.notice}")
    if found.changed:
        click.echo(_("提请之后材料已有变化；返工后可再次提请"))


@acceptance.command()
@click.argument("contract")
@click.argument("number")
@click.argument("event", type=click.Choice(["pass", "rework", "fail"]))
@click.option("--reason", metavar="理由")
@click.option("--score", "pairs", multiple=True, metavar="项=次数", help="按合同的评分表,例如 3=1")
@click.option("--full", metavar="满分", help="评分表的满分")
@asking
@click.pass_context
def answer(
    ctx: click.Context,
    contract: str,
    number: str,
    event: Literal["pass", "rework", "fail"],
    reason: str | None,
    pairs: tuple[str, ...],
    full: str | None,
    actor: str | None,
) -> None:
    """由使用单位答复:合格、返工、不合格。"""
    with open_client(ctx, actor) as client:
        found = client.acceptances.read(find_case(client.acceptances.iterate(contract=contract), number))
        after = client.acceptances.answer(
            found.id, event=event, dossier=found.dossier, reason=reason, score=_counts(pairs), full=full
        )
    click.echo(_("{number}：{state}", number=after.number, state=after.state_name))


def _counts(pairs: tuple[str, ...]) -> tuple[ScoreCount, ...]:
    from yunqi.wire.acceptances import ScoreCount

    counts = []
    for name, value in parse_fields(pairs).items():
        if not (name.isascii() and name.isdecimal() and value.isascii() and value.isdecimal()):
            raise Problem(
                "acceptance.score_words",
                "评分「{value}」无法识别",
                field="score",
                value=f"{name}={value}"[:40],
                way_out="请写成 项=次数，例如 3=1",
            )
        counts.append(ScoreCount(no=int(name), count=int(value)))
    return tuple(counts)


@acceptance.command("do")
@click.argument("contract")
@click.argument("number")
@click.argument("event", type=click.Choice(["resubmit", "deem", "withdraw", "admit", "uphold"]))
@click.option("--reason", metavar="理由")
@asking
@click.pass_context
def do(
    ctx: click.Context,
    contract: str,
    number: str,
    event: Literal["resubmit", "deem", "withdraw", "admit", "uphold"],
    reason: str | None,
    actor: str | None,
) -> None:
    """返工后再次提请,登记逾期未答复视为合格,撤回;认可期限内已答复,或由管理单位维持视为合格。"""
    with open_client(ctx, actor) as client:
        after = client.acceptances.advance(
            find_case(client.acceptances.iterate(contract=contract), number), event=event, reason=reason
        )
    click.echo(_("{number}：{state}", number=after.number, state=after.state_name))


@acceptance.command()
@click.argument("contract")
@click.argument("number")
@click.argument("answer", metavar="答复", type=click.Choice(["pass", "rework", "fail"]))
@click.option("--received-at", "received", metavar="时间", required=True, help="答复送达的时间(北京时间)")
@click.option(
    "--file", "proof", type=click.Path(path_type=Path, dir_okay=False), required=True, help="载明送达时间的凭据"
)
@click.option("--reason", metavar="理由")
@asking
@click.pass_context
def prove(
    ctx: click.Context,
    contract: str,
    number: str,
    answer: Literal["pass", "rework", "fail"],
    received: str,
    proof: Path,
    reason: str | None,
    actor: str | None,
) -> None:
    """由使用单位举证:视为合格之前,答复已在期限内送达。"""
    with open_client(ctx, actor) as client:
        after = client.acceptances.advance(
            find_case(client.acceptances.iterate(contract=contract), number),
            event="prove",
            answer=answer,
            received_at=parse_at(received, "received_at"),
            file=client.files.upload(name=proof.name, content=read_upload(proof)).id,
            reason=reason,
        )
    click.echo(_("{number}：{state}", number=after.number, state=after.state_name))


@acceptance.command()
@click.argument("contract")
@click.argument("number")
@asking
@click.pass_context
def sign(ctx: click.Context, contract: str, number: str, actor: str | None) -> None:
    """由本方签认所验收的材料。"""
    with open_client(ctx, actor) as client:
        found = client.acceptances.read(find_case(client.acceptances.iterate(contract=contract), number))
        after = client.acceptances.sign(found.id, dossier=found.dossier)
    click.echo(_("{number}：{state}", number=after.number, state=after.state_name))


@acceptance.command()
@click.argument("contract")
@click.argument("number")
@click.option("--format", "format_", type=click.Choice(["docx", "xlsx"]), default="docx", show_default=True)
@click.option("-o", "--output", "target", type=click.Path(path_type=Path, dir_okay=False), help="写入的文件")
@asking
@click.pass_context
def file(
    ctx: click.Context,
    contract: str,
    number: str,
    format_: Literal["docx", "xlsx"],
    target: Path | None,
    actor: str | None,
) -> None:
    """编制验收材料。"""
    with open_client(ctx, actor) as client:
        made = client.acceptances.file(find_case(client.acceptances.iterate(contract=contract), number), format=format_)
    click.echo(save_download(made, target))


COMMANDS = {"acceptance": acceptance}
