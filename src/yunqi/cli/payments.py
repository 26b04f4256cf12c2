"""`yunqi payment …`"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from yunqi.cli.files import save_download
from yunqi.cli.show import show_table
from yunqi.cli.site import asking, asking_two, open_client, parse_at, parse_on
from yunqi.cli.waiting import show_progress, show_proposal_made
from yunqi.kernel.clock import render_local
from yunqi.kernel.money import render_yuan
from yunqi.kernel.units import render_decimal
from yunqi.kernel.words import _
from yunqi.operations.subject_words import measure_words, subject_words, trigger_words
from yunqi.wire.base import Done, Proposal
from yunqi.wire.deliveries import DeliveredLine

KIND_WORDS = {
    "payment.made": "付款",
    "payment.trigger": "付款条件成就",
    "payment.trigger_taken_back": "付款条件并未成就",
    "bond.received": "收到履约保证金",
    "bond.topped_up": "补足履约保证金",
    "bond.extended": "保函延期",
    "bond.drawn": "提取履约保证金",
    "bond.released": "退还履约保证金",
    "occurrence.recorded": "其他违约情形",
}


@click.group()
def payment() -> None:
    """付款、付款条件、履约保证金与其他违约情形的登记。"""


def _say(made: Done | Proposal) -> None:
    if isinstance(made, Proposal):
        show_proposal_made(made)
    else:
        click.echo(_("已登记（{id}）", id=made.id))


@payment.command()
@click.argument("contract")
@click.argument("no", type=click.IntRange(1, 999), metavar="期数")
@click.option("--amount", required=True, metavar="元", help="实付金额,例如 1211320.88")
@click.option("--on", "on_text", required=True, metavar="YYYY-MM-DD", help="付款日期")
@click.option("--voucher", default="", help="凭证号;同日金额相同的两笔以此区分")
@asking_two
@click.pass_context
def record(
    ctx: click.Context,
    contract: str,
    no: int,
    amount: str,
    on_text: str,
    voucher: str,
    actor: str | None,
    second: str | None,
) -> None:
    """登记一笔已付的分期款;由本单位另一人复核。"""
    with open_client(ctx, actor, second) as client:
        _say(client.payments.record(contract, no=no, amount=amount, on=parse_on(on_text), voucher=voucher))


@payment.command()
@click.argument("contract")
@click.argument("trigger", metavar="acceptance|invoice|funds[:期数]")
@click.option("--on", "on_text", required=True, metavar="YYYY-MM-DD", help="成就日期")
@asking_two
@click.pass_context
def trigger(
    ctx: click.Context, contract: str, trigger: str, on_text: str, actor: str | None, second: str | None
) -> None:
    """登记付款条件的成就:验收、收到发票、资金到位;再次登记另一日期即为更正。由对方单位复核。"""
    with open_client(ctx, actor, second) as client:
        _say(client.payments.trigger(contract, trigger=trigger, on=parse_on(on_text)))


@payment.command()
@click.argument("contract")
@click.option("--amount", required=True, metavar="元", help="保证金金额")
@click.option("--on", "on_text", required=True, metavar="YYYY-MM-DD", help="收到日期")
@asking_two
@click.pass_context
def bond(ctx: click.Context, contract: str, amount: str, on_text: str, actor: str | None, second: str | None) -> None:
    """登记收到的履约保证金(保函、汇票、支票);多笔相加。由本单位另一人复核。"""
    with open_client(ctx, actor, second) as client:
        _say(client.bonds.record(contract, amount=amount, on=parse_on(on_text)))


@payment.command()
@click.argument("contract")
@click.argument("measures", metavar="unattended|complaint_count|scale_out_late|…")
@click.option("--at", "at_text", required=True, metavar="时间", help="何时发生")
@click.option("--value", metavar="数值", help="分钟数、次数或占比(99.99% 写作 0.9999)")
@click.option("--system", metavar="名称", help="所涉信息系统")
@click.option("--title", default="", help="事由")
@click.option("--root-cause", help="根本原因;同一原因的合并计一次")
@click.option("--work-order", metavar="编号", help="扩容逾期所属的扩容工单")
@asking_two
@click.pass_context
def occurrence(
    ctx: click.Context,
    contract: str,
    measures: str,
    at_text: str,
    value: str | None,
    system: str | None,
    title: str,
    root_cause: str | None,
    work_order: str | None,
    actor: str | None,
    second: str | None,
) -> None:
    """登记事件以外的违约情形:无人值守、投诉、扩容逾期……;other:1 指第一条其他违约金。由对方单位复核。"""
    at = parse_at(at_text)
    assert at is not None  # noqa: S101  # the option is required
    with open_client(ctx, actor, second) as client:
        _say(
            client.occurrences.record(
                contract,
                measures=measures,
                at=at,
                value=value,
                system=system,
                title=title,
                root_cause=root_cause,
                work_order=work_order,
            )
        )


@payment.command("list")
@click.argument("contract")
@asking
@click.pass_context
def list_(ctx: click.Context, contract: str, actor: str | None) -> None:
    """列出各期款的约定与已付,以及登记过的一切。"""
    with open_client(ctx, actor) as client:
        found = client.payments.list(contract)
    show_table(
        [_("分期款"), _("金额(元)"), _("条件"), _("到期日"), _("已付(元)")],
        [
            (
                one.no,
                "—" if one.amount_fen is None else render_yuan(one.amount_fen),
                " + ".join(trigger_words(name) for name in one.triggers) or "—",
                one.due_on or "—",
                render_yuan(one.paid_fen),
            )
            for one in found.instalments
        ],
        right=frozenset({0, 1, 4}),
    )
    click.echo(
        _(
            "可登记的其他违约情形：{measures}",
            measures=_("、").join(f"{code}（{measure_words(code)}）" for code in found.measures) or "—",
        )
    )
    show_table(
        [_("日期"), _("类型"), _("对象"), _("内容"), _("标识")],
        [
            (one.on, _(KIND_WORDS[one.kind]), subject_words(one.subject), _content(one.payload), one.id)
            for one in found.records
        ],
    )


@payment.command()
@click.argument("contract")
@click.option("--as-of", metavar="YYYY-MM-DD", help="截至哪一日(默认今日)")
@asking
@click.pass_context
def late(ctx: click.Context, contract: str, as_of: str | None, actor: str | None) -> None:
    """列出逾期付款的天数,以及合同约定了的逾期付款违约金。"""
    with open_client(ctx, actor) as client:
        found = client.payments.late(contract, as_of=parse_on(as_of, "as_of") if as_of else None)
    show_table(
        [_("分期款"), _("金额(元)"), _("到期日"), _("逾期金额(元)"), _("付款日期"), _("逾期天数")],
        [
            (
                one.no,
                _yuan(one.instalment_fen),
                one.due_on or "—",
                _yuan(part.amount_fen),
                part.paid_on or "—",
                part.days,
            )
            for one in found.items
            for part in one.parts
        ],
        right=frozenset({0, 1, 3, 5}),
    )
    for one in found.items:
        if one.formula:
            click.echo(
                _("第 {no} 期：{formula} = {amount} 元", no=one.no, formula=one.formula, amount=_yuan(one.amount_fen))
            )
        elif one.parts or one.due_on is None:
            click.echo(_("第 {no} 期：{words}", no=one.no, words=one.open_words))
        for way in one.ways if not one.formula else ():
            click.echo(_("  可为 {amount} 元：{words}", amount=_yuan(way.amount_fen), words=way.words))


@payment.command("apply")
@click.argument("contract")
@click.argument("no", type=click.IntRange(1, 999), metavar="期数")
@click.option("--payee", default="", help="收款户名(默认乙方名称)")
@click.option("--bank", default="", help="开户银行")
@click.option("--account", default="", help="账号")
@click.option("--out", type=click.Path(path_type=Path), help="写到哪个文件")
@asking
@click.pass_context
def apply_(
    ctx: click.Context,
    contract: str,
    no: int,
    payee: str,
    bank: str,
    account: str,
    out: Path | None,
    actor: str | None,
) -> None:
    """编制一期款的付款申请:申请书、发票清单、结算单、违约金抵扣,附各文件的哈希。"""
    with open_client(ctx, actor) as client:
        run = client.applications.make(contract, no=no, payee=payee, bank=bank, account=account)
        made = run.wait(show_progress)
        download = client.files.read(made.file)
    click.echo(_("已写入 {path}", path=save_download(download, out)))


@payment.command()
@click.argument("contract")
@click.option("--month", metavar="YYYY-MM", help="月份(默认本月)")
@click.option("--out", type=click.Path(path_type=Path), help="写成 xlsx 文件")
@asking
@click.pass_context
def delivery(ctx: click.Context, contract: str, month: str | None, out: Path | None, actor: str | None) -> None:
    """逐日交付与合同数量对照:每一价目行的平均、欠交与未知的天数。"""
    with open_client(ctx, actor) as client:
        if out is not None:
            click.echo(_("已写入 {path}", path=save_download(client.deliveries.file(contract, month=month), out)))
            return
        found = client.deliveries.read(contract, month=month)
    show_table(
        [_("行号"), _("名称"), _("单位"), _("平均交付"), _("欠交天数"), _("超出天数"), _("未知天数")],
        [(one.no, one.name, one.unit or "—", *_day_counts(one)) for one in found.lines],
        right=frozenset({0, 3, 4, 5, 6}),
    )
    if found.orders:
        show_table(
            [_("资源"), _("事项"), _("工单"), _("提出"), _("就绪"), _("期限"), _("判定")],
            [
                (
                    one.name,
                    _("订购") if one.generation == 1 else _("第 {count} 次变更", count=one.generation - 1),
                    one.work_order,
                    render_local(one.asked_at),
                    "—" if one.ready_at is None else render_local(one.ready_at),
                    "—" if one.due_at is None else render_local(one.due_at),
                    one.state_name,
                )
                for one in found.orders
            ],
        )


def _day_counts(line: DeliveredLine) -> tuple[str, int, int, int]:
    known = [Fraction(one.average) for one in line.days if one.average is not None]
    average = render_decimal(sum(known, Fraction(0)) / len(known)) if known else "—"
    lacking = sum(one.short is not None and Fraction(one.short) > 0 for one in line.days)
    beyond = sum(one.over is not None and Fraction(one.over) > 0 for one in line.days)
    return average, lacking, beyond, len(line.days) - len(known)


def _yuan(fen: int | None) -> str:
    return "—" if fen is None else render_yuan(fen)


def _content(payload: Mapping[str, Any]) -> str:
    if "amount_fen" in payload:
        return _("{amount} 元", amount=render_yuan(payload["amount_fen"])) + " " + str(payload.get("voucher", ""))
    if "on" in payload:
        return str(payload["on"])
    return " ".join(str(payload[key]) for key in ("value", "title", "root_cause") if payload.get(key))


COMMANDS = {"payment": payment}
