"""`yunqi exit …`: notice, inventory, plan, hand-back, erasure, refund, the checklist and its sign-off."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from yunqi.cli.cases import find_case
from yunqi.cli.files import read_upload, save_download
from yunqi.cli.show import beside_contracts, show_table
from yunqi.cli.site import asking, open_client, parse_fields, parse_on
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_yuan
from yunqi.kernel.words import _

if TYPE_CHECKING:
    from yunqi.client import Client
    from yunqi.wire.exits import Cause, ExitEvent, PlanStep, RefundView

SAID = ("evidence", "medium", "sm3", "place", "method", "reason")


@click.group("exit")
def exit_() -> None:
    """退出:通知、清点、迁移方案、切换、移交、擦除、最终结算。"""


@exit_.command()
@click.argument("contract")
@asking
@click.pass_context
def inventory(ctx: click.Context, contract: str, actor: str | None) -> None:
    """租户在合同下现有的全部资源。"""
    with open_client(ctx, actor) as client:
        found = client.exits.inventory(contract)
    show_table(
        [_("资源"), _("类型"), _("信息系统"), _("状态"), _("占用"), _("保存数据"), _("标识")],
        [
            (
                one.name,
                one.kind,
                one.system,
                one.phase,
                "、".join(f"{each.item} {each.quantity}" for each in one.draws),
                _("是") if one.keeps_data else _("否"),
                one.id,
            )
            for one in found.resources
        ],
    )
    click.echo(_("摘要值（SM3）：{sm3}", sm3=found.sm3))


@exit_.command()
@click.argument("contract")
@click.option("--left-on", "left_text", required=True, metavar="日期", help="最后服务日")
@click.option("--ground", metavar="级别", help="据以解除合同的重大违约级别,例如 A")
@asking
@click.pass_context
def refund(ctx: click.Context, contract: str, left_text: str, ground: str | None, actor: str | None) -> None:
    """测算提前终止应退的费用;合同没有写明算法时并列各种算法。"""
    with open_client(ctx, actor) as client:
        _show_refund(client.exits.refund(contract, left_on=parse_on(left_text, "left_on"), ground=ground))


def _show_refund(found: RefundView) -> None:
    click.echo(_("已付款 {amount} 元", amount=render_yuan(found.paid_fen)))
    show_table(
        [_("算法"), _("剩余服务期所占"), _("应退（元，负数为还应付）"), _("现行约定")],
        [
            (one.words, one.part, render_yuan(one.refund_fen), "✓" if one.way == found.chosen else "")
            for one in found.ways
        ],
        right=frozenset({2}),
    )
    if found.state == "open":
        click.echo(_("合同没有写明算法，须由双方约定：yunqi reading agree 合同编号 {code}", code=found.code))
    elif found.state == "unknown":
        click.echo(_("合同没有写明总价或服务期，无法计算"))


@exit_.command("open")
@click.argument("contract")
@click.argument("cause", type=click.Choice(["expiry", "provider", "using_unit", "termination"]))
@click.option("--evidence", required=True, metavar="文字", help="通知的文号或说明")
@click.option("--file", type=click.Path(path_type=Path, dir_okay=False), help="通知文件")
@click.option("--on", "on_text", metavar="日期", help="通知日(由收到通知的一方填写,默认今天)")
@click.option("--left-on", "left_text", metavar="日期", help="提前终止的最后服务日")
@click.option("--ground", metavar="级别", help="据以解除合同的重大违约级别")
@asking
@click.pass_context
def open_(
    ctx: click.Context,
    contract: str,
    cause: Cause,
    evidence: str,
    file: Path | None,
    on_text: str | None,
    left_text: str | None,
    ground: str | None,
    actor: str | None,
) -> None:
    """提出退出。"""
    with open_client(ctx, actor) as client:
        made = client.exits.open(
            contract,
            cause=cause,
            evidence=evidence,
            file=_upload(client, file),
            on=parse_on(on_text) if on_text else None,
            left_on=parse_on(left_text, "left_on") if left_text else None,
            ground=ground,
        )
    click.echo(_("退出 {number} 已登记", number=made.number))


def _upload(client: Client, file: Path | None) -> str | None:
    return None if file is None else client.files.upload(name=file.name, content=read_upload(file)).id


@exit_.command("list")
@click.argument("contract", required=False)
@asking
@click.pass_context
def list_(ctx: click.Context, contract: str | None, actor: str | None) -> None:
    """列出一份合同的退出,不写合同即全部。"""
    with open_client(ctx, actor) as client:
        rows = list(client.exits.iterate(contract=contract, sort="number"))
    show_table(
        *beside_contracts(
            contract,
            [_("编号"), _("原因"), _("状态"), _("通知日"), _("最后服务日")],
            rows,
            [(one.number, one.cause_name, one.state_name, one.noticed_on, one.left_on or "—") for one in rows],
        ),
    )


@exit_.command()
@click.argument("contract")
@click.argument("number")
@asking
@click.pass_context
def show(ctx: click.Context, contract: str, number: str, actor: str | None) -> None:
    """查看退出清单:每一步的条款、期限、凭据、状态。"""
    with open_client(ctx, actor) as client:
        found = client.exits.read(find_case(client.exits.iterate(contract=contract), number))
    click.secho(f"{found.number}  {found.cause_name}  {found.state_name}", bold=True)
    show_table(
        [_("事项"), _("办理方"), _("期限"), _("状态"), _("办结日"), _("依据"), _("凭据"), _("缺少"), _("出处")],
        [
            (
                one.title,
                one.party_name,
                one.due_on or " / ".join(str(day) for day in one.open_days) or "—",
                one.state_name,
                one.done_on or "—",
                one.basis,
                "、".join(each.reference for each in one.proofs),
                "、".join(one.missing),
                one.source.article if one.source else "",
            )
            for one in found.steps
        ],
    )
    if found.refund is not None:
        _show_refund(found.refund)
    click.echo(_("摘要值（SM3）：{sm3}", sm3=found.sm3))


@exit_.command("do")
@click.argument("contract")
@click.argument("number")
@click.argument("event")
@click.option("--set", "pairs", multiple=True, metavar="名称=值", help="例如 evidence=签收单、medium=移动硬盘")
@click.option("--file", type=click.Path(path_type=Path, dir_okay=False), help="凭据文件")
@click.option("--plan", "plans", multiple=True, metavar="系统,开始,结束[,迁往]", help="迁移方案的一步")
@asking
@click.pass_context
def do(
    ctx: click.Context,
    contract: str,
    number: str,
    event: ExitEvent,
    pairs: tuple[str, ...],
    file: Path | None,
    plans: tuple[str, ...],
    actor: str | None,
) -> None:
    """办理一步:inventory、plan、agree_plan、migrated、cut_over_begin、data_back、data_received、replica_erased 等。"""
    said = parse_fields(pairs)
    if unknown := sorted(set(said) - set(SAID)):
        raise Problem(
            "case.field",
            "这一步没有「{name}」这一项",
            field="set",
            name=unknown[0][:40],
            known="、".join(SAID),
            way_out="可填写的：{known}",
        )
    with open_client(ctx, actor) as client:
        after = client.exits.advance(
            find_case(client.exits.iterate(contract=contract), number),
            event=event,
            file=_upload(client, file),
            steps=tuple(_plan(one) for one in plans),
            evidence=said.get("evidence"),
            medium=said.get("medium"),
            sm3=said.get("sm3"),
            place=said.get("place"),
            method=said.get("method"),
            reason=said.get("reason"),
        )
    left = [one.title for one in after.steps if one.state in ("waiting", "late")]
    click.echo(_("{number}：{state}", number=after.number, state=after.state_name))
    if left:
        click.echo(_("还要办理：{steps}", steps="、".join(left)))


def _plan(text: str) -> PlanStep:
    from yunqi.wire.exits import PlanStep

    parts = [part.strip() for part in text.replace("，", ",").split(",", 3)]
    if len(parts) not in (3, 4) or not parts[0]:
        raise Problem(
            "exit.plan_words",
            "迁移方案「{value}」的写法不对",
            field="plan",
            value=text[:60],
            way_out="请写成 系统,开始日,结束日[,迁往]",
        )
    start, end = parse_on(parts[1], "plan"), parse_on(parts[2], "plan")
    return PlanStep(system=parts[0], start_on=start, end_on=end, target="".join(parts[3:]))


@exit_.command()
@click.argument("contract")
@click.argument("number")
@asking
@click.pass_context
def sign(ctx: click.Context, contract: str, number: str, actor: str | None) -> None:
    """由本方签认退出清单;须全部事项办完。"""
    with open_client(ctx, actor) as client:
        found = client.exits.read(find_case(client.exits.iterate(contract=contract), number))
        after = client.exits.sign(found.id, sm3=found.sm3)
    click.echo(_("{number}：{state}", number=after.number, state=after.state_name))


@exit_.command()
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
    """编制退出清单。"""
    with open_client(ctx, actor) as client:
        made = client.exits.file(find_case(client.exits.iterate(contract=contract), number), format=format_)
    click.echo(save_download(made, target))


COMMANDS = {"exit": exit_}
