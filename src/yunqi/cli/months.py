"""`yunqi month …`, `yunqi statement …`, `yunqi report …`"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from yunqi.cli.show import printable, show_json, show_table
from yunqi.cli.site import open_site, parse_at
from yunqi.kernel.clock import render_local
from yunqi.kernel.money import render_yuan
from yunqi.kernel.words import _

LEVEL_STATES = {"met": "达标", "breached": "违约", "unknown": "证据不足", "open": "待约定", "not_due": "未到期"}
CANDIDATE_STATES = {
    "chosen": "采用",
    "not_gravest": "择重未采用",
    "needs_reading": "待约定",
    "needs_adjudication": "待认定",
    "proposed": "拟议",
}
INSTALMENT_STATES = {"waiting": "等待条件", "due": "应付", "overdue": "逾期", "later": "未到期"}


@click.group()
def month() -> None:
    """月度结算。"""


@month.command()
@click.argument("contract")
@click.argument("month_text", metavar="YYYY-MM")
@click.option("--known-at", metavar="时间", help="按当时所知结算(默认现在)")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def close(ctx: click.Context, contract: str, month_text: str, known_at: str | None, as_json: bool) -> None:
    """结算一个已结束的月份;有未定之处时为暂定。"""
    from yunqi.operations.documents import statement_data
    from yunqi.operations.months import close_month

    with open_site(ctx) as site:
        row = close_month(site, contract, month_text, known_at=parse_at(known_at, "known-at"))
    if as_json:
        show_json(statement_data(row))
    else:
        show_statement(statement_data(row))


@click.group()
def statement() -> None:
    """结算单及其溯源。"""


@statement.command("list")
@click.argument("contract")
@click.pass_context
def list_(ctx: click.Context, contract: str) -> None:
    """列出一份合同的结算单。"""
    from yunqi.store.contracts import require_contract
    from yunqi.store.statements import list_statements

    with open_site(ctx) as site, site.database.read() as connection:
        rows = list_statements(connection, require_contract(connection, contract).id)
    show_table(
        [_("月份"), _("版本"), _("状态"), _("违约金(元)"), _("编制时间"), _("标识")],
        [
            (
                row.month,
                row.version,
                _("暂定") if row.provisional else _("确定"),
                _penalty(row.data),
                render_local(row.made_at),
                row.id,
            )
            for row in rows
        ],
        right=frozenset({3}),
    )


@statement.command()
@click.argument("statement_id", metavar="标识")
@click.option("--trace", "with_trace", is_flag=True, help="把每个数字追溯到条款与事件")
@click.option("--node", help="只追溯这一个节点")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def show(ctx: click.Context, statement_id: str, with_trace: bool, node: str | None, as_json: bool) -> None:
    """查看结算单;--trace 逐项追溯。"""
    from yunqi.operations.documents import statement_data
    from yunqi.store.statements import require_statement

    with open_site(ctx) as site, site.database.read() as connection:
        data = statement_data(require_statement(connection, statement_id))
    if as_json:
        show_json(data)
    elif with_trace or node:
        show_trace(data, node)
    else:
        show_statement(data)


@statement.command()
@click.argument("statement_id", metavar="标识")
@click.pass_context
def recompute(ctx: click.Context, statement_id: str) -> None:
    """按编制时所知重算,核对是否一致;不一致时退出码为 1。"""
    from yunqi.operations.months import recompute as again
    from yunqi.store.statements import require_statement

    with open_site(ctx) as site:
        with site.database.read() as connection:
            row = require_statement(connection, statement_id)
        same = again(site, row).model_dump(mode="json") == row.data
    click.echo(_("重算一致") if same else _("重算不一致"))
    if not same:
        ctx.exit(1)


def _penalty(data: Mapping[str, Any]) -> str:
    if data["penalty_fen"] is not None:
        return render_yuan(data["penalty_fen"])
    return f"{render_yuan(data['penalty_low_fen'])} … {render_yuan(data['penalty_high_fen'])}"


def show_statement(data: Mapping[str, Any]) -> None:
    """A statement on the terminal: what matters first."""
    from yunqi.reports.words import metric_word, object_word

    head = data["contract"]
    click.secho(
        _("结算单 {month} 第 {version} 版  {id}", month=data["month"], version=data["version"], id=data["id"]),
        bold=True,
    )
    click.echo(f"{head.get('title') or ''}  {head.get('number') or ''}")
    if data["provisional"]:
        click.secho(_("暂定：尚有 {count} 处未定，不能签署", count=len(data["open_points"])), fg="yellow")
    if data["sample"]:
        click.secho(_("含样例数据：{labels}", labels="、".join(data["sample_labels"]) or _("样例")), fg="yellow")
    click.echo(_("违约金 {amount} 元", amount=_penalty(data)))
    show_table(
        [_("服务水平"), _("对象"), _("约定"), _("实测"), _("结论"), _("出处")],
        [
            (
                level["title"] or metric_word(level["metric"]),
                object_word(level["object"]),
                f"{level['operator']} {level['threshold']} {level['unit']}",
                level["measured"],
                _(LEVEL_STATES[level["state"]]),
                (level["source"] or {}).get("article", ""),
            )
            for level in data["levels"]
        ],
    )
    for incident in data["incidents"]:
        click.echo(
            _(
                "事件 {number} {title}：中断 {minutes} 分钟；{clocks}",
                number=incident["number"],
                title=printable(incident["title"]),
                minutes=_short(incident["outage_minutes"]),
                clocks="；".join(_clock_words(clock) for clock in incident["clocks"]),
            )
        )
    show_table(
        [_("违约候选"), _("条款"), _("系数"), _("金额(元)"), _("处理")],
        [
            (
                one["text"],
                one["clause"],
                one["coefficient"],
                "—" if one["amount_fen"] is None else render_yuan(one["amount_fen"]),
                _(CANDIDATE_STATES[one["state"]]),
            )
            for one in data["candidates"]
        ],
        right=frozenset({3}),
        limit=60,
    )
    show_table(
        [_("分期款"), _("金额(元)"), _("条件"), _("到期日"), _("状态"), _("工作日依据")],
        [
            (
                one["no"],
                render_yuan(one["amount_fen"]),
                one["trigger"],
                one["due_on"] or "—",
                _(INSTALMENT_STATES[one["state"]]),
                one["notice"],
            )
            for one in data["instalments"]
        ],
        right=frozenset({1}),
    )
    used = [line for line in data["delivery"] if Fraction(line["peak"] or 0) or Fraction(line["burst_average"] or 0)]
    show_table(
        [_("价目行"), _("名称"), _("合同数量"), _("平均"), _("峰值"), _("月末"), _("临时扩容")],
        [
            (
                line["no"],
                line["name"],
                *(_short(line[key]) for key in ("contracted", "average", "peak", "at_end", "burst_average")),
            )
            for line in used
        ],
        right=frozenset({0, 2, 3, 4, 5, 6}),
    )
    click.echo(_("共 {count} 个价目行，其中 {used} 行本月有使用", count=len(data["delivery"]), used=len(used)))
    for point in data["open_points"]:
        click.secho(f"? [{point['code']}] {point['question']}", fg="yellow")
        for choice in point["choices"]:
            words = "，".join(f"{value}" for key, value in choice.items() if value and key != "value")
            click.echo(f"    {choice.get('value', '')}  {words}")


def _clock_words(clock: Mapping[str, Any]) -> str:
    from yunqi.reports.words import metric_word

    minutes = _short(clock.get("minutes"))
    return (
        f"{metric_word(str(clock.get('name') or clock.get('metric')))} {minutes}/{clock.get('limit')} {clock['state']}"
    )


def _short(value: object) -> str:
    """An exact quantity for the eye: at most two decimals, marked when cut.

    >>> _short("10247/3"), _short("3435"), _short(None)
    ('3415.67', '3435', '—')
    """
    if value is None:
        return "—"
    try:
        exact = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        return str(value)
    hundredths = (abs(exact) * 200 + 1).numerator // ((abs(exact) * 200 + 1).denominator * 2)
    text = f"{hundredths // 100}.{hundredths % 100:02d}".rstrip("0").rstrip(".")
    return f"-{text}" if exact < 0 else text


def show_trace(data: Mapping[str, Any], node: str | None = None) -> None:
    """Every figure down to its clause, its reading and the records behind it."""
    from yunqi.operations.statements import walk_trace

    for line in walk_trace(data, node):
        one, indent = line.node, "  " * line.depth
        mark = _("〔样例〕") if one["sample"] else ""
        click.secho(f"{indent}{printable(one['label'])} = {printable(one['value'])} {mark}", bold=line.depth == 0)
        if line.again:
            click.echo(f"{indent}  ↑")
            continue
        if one["formula"]:
            click.echo(f"{indent}  ＝ {printable(one['formula'])}")
        if one["reading"]:
            click.echo(f"{indent}  " + _("约定：{reading}", reading=one["reading"]))
        if one["source"]:
            source = one["source"]
            click.echo(
                f"{indent}  "
                + _("出处：{article}「{text}」", article=source.get("article"), text=printable(source.get("text")))
            )
        if one["facts"]:
            click.echo(f"{indent}  " + _("记录：{facts}", facts="、".join(one["facts"])))


@click.group()
def report() -> None:
    """文档。"""


@report.command("list")
def list_reports() -> None:
    """列出可生成的文档。"""
    from yunqi.reports import list_reports as reports

    show_table([_("名称"), _("标题"), _("说明")], [(one.name, one.title, one.about) for one in reports()], limit=70)


@report.command()
@click.argument("statement_id", metavar="标识")
@click.option("--only", metavar="名称", help="只生成这一种")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False))
@click.pass_context
def make(ctx: click.Context, statement_id: str, only: str | None, folder: Path | None) -> None:
    """由结算单生成文档:月报(docx)、结算单(xlsx、pdf)。"""
    from yunqi.operations.documents import make_documents

    with open_site(ctx) as site:
        for path in make_documents(site, statement_id, only=only, folder=folder):
            click.echo(path)


@report.command()
@click.argument("resource")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False))
@click.pass_context
def certificate(ctx: click.Context, resource: str, folder: Path | None) -> None:
    """一个已擦除资源的数据销毁证书(pdf)。"""
    from yunqi.operations.documents import make_certificate

    with open_site(ctx) as site:
        path = make_certificate(site, resource, folder=folder)
    click.echo(path or _("该资源没有擦除过的卷"))


COMMANDS = {"month": month, "statement": statement, "report": report}
