"""`yunqi month …`, `yunqi statement …`"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from yunqi.cli.show import beside_contracts, printable, show_table
from yunqi.cli.site import asking, open_client, parse_at
from yunqi.cli.waiting import show_progress
from yunqi.kernel.clock import render_instant, render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_yuan
from yunqi.kernel.period import Month
from yunqi.kernel.words import _

if TYPE_CHECKING:
    from yunqi.wire.statements import StatementDetail, StatementRow


@click.group()
def month() -> None:
    """月度结算。"""


@month.command()
@click.argument("contract")
@click.argument("month_text", metavar="YYYY-MM")
@click.option("--known-at", metavar="时间", help="按当时所知结算(默认现在)")
@asking
@click.pass_context
def close(ctx: click.Context, contract: str, month_text: str, known_at: str | None, actor: str | None) -> None:
    """结算一个已结束的月份;有未定之处时为暂定。"""
    asked = Month.parse(month_text)
    with open_client(ctx, actor) as client:
        begun = client.months.close(contract, month=str(asked), known_at=parse_at(known_at, "known-at"))
        data = statement_of(client.statements.read(begun.wait(show_progress).statement_id))
    show_statement(data)


@month.command("what-if")
@click.argument("contract")
@click.argument("month_text", metavar="YYYY-MM")
@click.option(
    "--if",
    "lines",
    multiple=True,
    required=True,
    metavar="种类:对象=值",
    help="假设,可多次,如 without:INC-2026-0001",
)
@asking
@click.pass_context
def what_if(ctx: click.Context, contract: str, month_text: str, lines: tuple[str, ...], actor: str | None) -> None:
    """试算:假如某事不同,本月结果如何;什么也不保存。写法有误时列出全部写法。"""
    asked = Month.parse(month_text)
    with open_client(ctx, actor) as client:
        made = client.months.what_if(contract, month=str(asked), assume=lines)
    if not made.changes:
        click.echo(_("结果不变"))
        return
    show_table(
        [_("部分"), _("项"), _("现在"), _("假设之下")],
        [(one.what, one.name, one.before, one.after) for one in made.changes],
    )


@month.command("close-all")
@click.argument("month_text", metavar="YYYY-MM")
@asking
@click.pass_context
def close_all(ctx: click.Context, month_text: str, actor: str | None) -> None:
    """结算一个月份内在履行的全部合同;不能结算的逐一列出。"""
    asked = Month.parse(month_text)
    with open_client(ctx, actor) as client:
        made = client.months.close_all(month=str(asked)).wait(show_progress)
    said = _("{month}：已结算 {closed} 份合同，其中暂定 {provisional} 份，未能结算 {refused} 份")
    counts = {"closed": made.closed, "provisional": made.provisional, "refused": len(made.refused)}
    click.echo(said.format(month=made.month, **counts))
    if made.refused:
        show_table(
            [_("合同"), _("原因"), _("办法")],
            [(one.contract_number or one.contract_id, one.message, one.way_out) for one in made.refused],
        )


def statement_of(found: StatementDetail) -> dict[str, Any]:
    """A statement as reports take it, with its identity."""
    return {
        **found.data,
        "id": found.id,
        "version": found.version,
        "made_at": render_instant(found.made_at),
        "sm3": found.sm3,
    }


@click.group()
def statement() -> None:
    """结算单及其溯源。"""


@statement.command("list")
@click.argument("contract", required=False)
@asking
@click.pass_context
def list_(ctx: click.Context, contract: str | None, actor: str | None) -> None:
    """列出一份合同的结算单,不写合同即全部。"""
    with open_client(ctx, actor) as client:
        rows = sorted(client.statements.iterate(contract=contract), key=lambda one: (one.month, one.version))
    show_table(
        *beside_contracts(
            contract,
            [_("月份"), _("版本"), _("状态"), _("违约金(元)"), _("编制时间"), _("标识")],
            rows,
            [
                (
                    row.month,
                    row.version,
                    _("暂定") if row.provisional else _("确定"),
                    _penalty(row),
                    render_local(row.made_at),
                    row.id,
                )
                for row in rows
            ],
        ),
        right=frozenset({3}),
    )


@statement.command()
@click.argument("statement_id", metavar="标识")
@click.argument("line", metavar="违约候选")
@click.option("--reason", required=True, help="争议的理由与依据")
@asking
@click.pass_context
def dispute(ctx: click.Context, statement_id: str, line: str, reason: str, actor: str | None) -> None:
    """对一项违约金提出争议:该项暂不计付,其余照常;由对方确认,或由管理单位裁定。"""
    with open_client(ctx, actor) as client:
        made = client.statements.dispute(statement_id, line=line, reason=reason)
    click.echo(_("争议 {number} 已提出：{line}", number=made.number, line=made.event_name))


@statement.command()
@click.argument("statement_id", metavar="标识")
@click.option("--trace", "with_trace", is_flag=True, help="把每个数字追溯到条款与事件")
@click.option("--node", help="只追溯这一个节点")
@asking
@click.pass_context
def show(ctx: click.Context, statement_id: str, with_trace: bool, node: str | None, actor: str | None) -> None:
    """查看结算单;--trace 逐项追溯。"""
    with open_client(ctx, actor) as client:
        data = statement_of(client.statements.read(statement_id))
    if with_trace or node:
        show_trace(data, node)
    else:
        show_statement(data)


@statement.command()
@click.argument("statement_id", metavar="标识")
@asking
@click.pass_context
def recompute(ctx: click.Context, statement_id: str, actor: str | None) -> None:
    """按编制时所知重算,核对是否一致;不一致时退出码为 1。"""
    with open_client(ctx, actor) as client:
        same = client.statements.recompute(statement_id).same
    click.echo(_("重算一致") if same else _("重算不一致"))
    if not same:
        ctx.exit(1)


def _penalty(row: StatementRow) -> str:
    if row.penalty_fen is not None:
        return render_yuan(row.penalty_fen)
    return f"{render_yuan(row.penalty_low_fen)} … {render_yuan(row.penalty_high_fen)}"


def show_statement(data: Mapping[str, Any]) -> None:
    """A statement on the terminal, in the words of its documents: what matters first."""
    from yunqi.reports.statement_view import view_statement

    view = view_statement(data)
    click.secho(
        _("结算单 {month} 第 {version} 版  {id}", month=data["month"], version=data["version"], id=data["id"]),
        bold=True,
    )
    click.echo(f"{view['contract']['title']}  {view['contract']['number']}")
    for text in (view["provisional_text"], view["sample_text"]):
        if text:
            click.secho(text, fg="yellow")
    for line in view["summary"]:
        click.echo("· " + line)
    show_table(
        [_("服务水平"), _("对象"), _("约定"), _("实测"), _("结论"), _("出处")],
        [[one[key] for key in ("title", "object", "rule", "measured", "state", "clause")] for one in view["levels"]],
    )
    for incident in view["incidents"]:
        click.echo(
            _(
                "事件 {number} {title}，中断 {minutes}",
                number=incident["number"],
                title=printable(incident["title"]),
                minutes=incident["outage"],
            )
        )
        for clock in incident["clocks"]:
            click.echo(
                _(
                    "    {name}：自{start}（{started_at}）起 {minutes}，时限 {limit}，{state}（{clause}）",
                    **{
                        key: clock[key]
                        for key in ("name", "start", "started_at", "minutes", "limit", "state", "clause")
                    },
                )
            )
    show_table(
        [_("违约候选"), _("条款"), _("系数"), _("金额(元)"), _("处理")],
        [[one[key] for key in ("text", "clause", "coefficient", "amount", "state")] for one in view["candidates"]],
        right=frozenset({3}),
    )
    show_table(
        [_("分期款"), _("金额(元)"), _("条件"), _("到期日"), _("状态"), _("工作日依据")],
        [[one[key] for key in ("no", "amount", "trigger", "due", "state", "notice")] for one in view["instalments"]],
        right=frozenset({1}),
    )
    if data.get("grounds"):
        from yunqi.settlement.grounds import state_word

        show_table(
            [_("解除条件与次数"), _("状态"), _("说明"), _("条款")],
            [
                (one["title"], state_word(one["state"]), one["detail"], (one["source"] or {}).get("article", ""))
                for one in data["grounds"]
            ],
        )
    keys = ("no", "name", "contracted", "average", "peak", "at_end", "burst_average")
    show_table(
        [_("价目行"), _("名称"), _("合同数量"), _("平均"), _("峰值"), _("月末"), _("临时扩容")],
        [[line[key] for key in keys] for line in view["delivery"]],
        right=frozenset({0, 2, 3, 4, 5, 6}),
    )
    for point, shown in zip(data["open_points"], view["open_points"], strict=True):
        click.secho(f"? [{point['code']}] {shown['question']}", fg="yellow")
        for choice, words in zip(point["choices"], shown["choices"], strict=True):
            click.echo(f"    {choice['choice']}  {words}")
        for item in shown["items"]:
            click.echo(f"    - [late@{item['event']}] {printable(item['title'])} {item['amount']}")


def show_trace(data: Mapping[str, Any], node: str | None = None) -> None:
    """Every figure down to its clause, its reading and the records behind it; with `node`, only what is below it."""
    from yunqi.reports.statement_view import view_statement

    if node is not None:
        data = {**data, "trace": _below(data["trace"], node)}
    rows = view_statement(data)["trace"]
    for row in rows:
        indent = "  " * row["depth"]
        mark = _("〔样例〕") if row["sample"] else ""
        click.secho(f"{indent}{printable(row['label'])}：{printable(row['value'])}{mark}", bold=row["depth"] == 0)
        if row["formula"]:
            click.echo(f"{indent}  = {printable(row['formula'])}")
        if row["reading"]:
            click.echo(f"{indent}  " + _("约定：{reading}", reading=printable(row["reading"])))
        if row["clause"]:
            click.echo(f"{indent}  " + _("出处：{clause} {quote}", clause=row["clause"], quote=printable(row["quote"])))
        if row["facts"]:
            click.echo(f"{indent}  " + _("记录：{facts}", facts=row["facts"]))


def _below(trace: Mapping[str, Any], node: str) -> dict[str, Any]:
    """The nodes that a node leads to, itself included; raises `Problem` statement.no_node."""
    if node not in trace:
        raise Problem(
            "statement.no_node",
            "结算单中没有溯源节点「{value}」",
            field="node",
            value=node,
            way_out="不带 --node 可查看全部节点",
        )
    found: dict[str, Any] = {}
    waiting = [node]
    while waiting:
        name = waiting.pop()
        if name in trace and name not in found:
            found[name] = trace[name]
            waiting.extend(trace[name]["children"])
    return found


COMMANDS = {"month": month, "statement": statement}
