"""`yunqi oversight idle | sample | kpi`: what is drawn and not used, figures drawn by a seed, key figures."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click

from yunqi.cli.files import save_download
from yunqi.cli.show import show_table
from yunqi.cli.site import asking, open_client
from yunqi.kernel.money import render_percent
from yunqi.kernel.units import render_decimal
from yunqi.kernel.words import _

_NONE = "—"
_PLACES = 2
IDLE_STATES = {"idle": "闲置", "unknown": "未知", "new": "未满时段", "used": "在用"}
KPI_STATES = {"met": "达到", "missed": "未达到", "unknown": "未知", "words": "定性"}


def _decimal(text: str | None) -> str:
    return _NONE if text is None else render_decimal(Fraction(text), _PLACES)


@click.command()
@click.option("--contract", help="只看这一合同")
@click.option("--days", type=click.IntRange(1, 400), default=30, show_default=True, help="时段(天)")
@click.option("--cpu", default="0.02", show_default=True, help="处理器平均用量的界限(0 至 1)")
@click.option("--bytes-per-day", type=click.IntRange(0), default=2**20, show_default=True, help="每日流量或读写的界限")
@click.option("--gap-hours", type=click.IntRange(0, 10_000), default=24, show_default=True, help="许可的计量缺口(小时)")
@click.option("--file", "path", type=click.Path(path_type=Path), help="写成 .xlsx 或 .docx 文件")
@asking
@click.pass_context
def idle(
    ctx: click.Context,
    contract: str | None,
    days: int,
    cpu: str,
    bytes_per_day: int,
    gap_hours: int,
    path: Path | None,
    actor: str | None,
) -> None:
    """闲置资源:占用而没有使用的;没有计量的为未知,不为闲置。"""
    with open_client(ctx, actor) as client:
        if path is not None:
            made = client.idle_resources.file(
                contract=contract,
                days=days,
                cpu_share=cpu,
                bytes_per_day=bytes_per_day,
                gap_hours=gap_hours,
                format="docx" if path.suffix.lower() == ".docx" else "xlsx",
            )
            click.echo(_("已写入 {path}", path=save_download(made, path)))
            return
        found = client.idle_resources.list(
            contract=contract, days=days, cpu_share=cpu, bytes_per_day=bytes_per_day, gap_hours=gap_hours
        )
    show_table(
        [_("资源"), _("合同"), _("状态"), _("依据"), _("处理器"), _("每月金额（元）")],
        [
            (
                row.name,
                row.contract_number or row.contract_id,
                _(IDLE_STATES[row.state]),
                row.why_words,
                _NONE if row.used_share is None else render_percent(Fraction(row.used_share), _PLACES),
                _decimal(row.saves_yuan),
            )
            for row in found.items
        ],
        right=frozenset({4, 5}),
    )
    saved = _("回收全部闲置资源，每月可省 {yuan} 元；另有 {count} 项单价未知")
    click.echo(saved.format(yuan=_decimal(found.saves_yuan), count=found.saves_unknown))


@click.command()
@click.option("--month", metavar="年-月", required=True, help="哪个月")
@click.option("--seed", required=True, help="公开的种子,在该月结算之后选定")
@click.option("--contract", help="只抽这一合同")
@click.option("--count", type=click.IntRange(1, 200), default=25, show_default=True, help="抽查数")
@click.option("--recompute", is_flag=True, help="同时重算所涉结算单")
@click.option("--file", "path", type=click.Path(path_type=Path), help="写成 .xlsx 文件")
@asking
@click.pass_context
def sample(
    ctx: click.Context,
    month: str,
    seed: str,
    contract: str | None,
    count: int,
    recompute: bool,
    path: Path | None,
    actor: str | None,
) -> None:
    """抽查:按种子从一个月的结算单中抽取数字,逐一追溯至事实。"""
    with open_client(ctx, actor) as client:
        if path is not None:
            made = client.audit_samples.file(
                month=month, seed=seed, contract=contract, count=count, recompute=recompute
            )
            click.echo(_("已写入 {path}", path=save_download(made, path)))
            return
        found = client.audit_samples.draw(month=month, seed=seed, contract=contract, count=count, recompute=recompute)
    same = {True: _("一致"), False: _("不一致"), None: ""}
    show_table(
        [_("样本"), _("合同"), _("数字"), _("数值"), _("步骤"), _("事实"), _("尚未封存"), _("重算")],
        [
            (
                str(one.no),
                one.contract_number or one.contract_id,
                one.label,
                one.value,
                str(len(one.steps)),
                str(one.fact_count),
                str(one.unsealed),
                same[one.same],
            )
            for one in found.items
        ],
        right=frozenset({4, 5, 6}),
    )
    words = _("从 {statements} 份结算单的 {population} 个数字中抽取")
    click.echo(words.format(statements=found.statements, population=found.population))


@click.command()
@click.argument("contract")
@click.option("--file", "path", type=click.Path(path_type=Path), help="写成 .xlsx 或 .docx 文件")
@asking
@click.pass_context
def kpi(ctx: click.Context, contract: str, path: Path | None, actor: str | None) -> None:
    """绩效表:各项指标的目标、实测、填报与依据。"""
    with open_client(ctx, actor) as client:
        if path is not None:
            kind = path.suffix.lower()
            made = client.kpis.file(contract, format="docx" if kind == ".docx" else "xlsx")
            click.echo(_("已写入 {path}", path=save_download(made, path)))
            return
        found = client.kpis.sheet(contract)
    show_table(
        [_("序号"), _("指标"), _("指标值"), _("实测"), _("填报"), _("结论"), _("得分")],
        [
            (
                str(one.no),
                one.name,
                f"{one.operator or ''}{one.target or _NONE}{one.unit or ''}",
                one.shown or _NONE,
                "；".join(f"{said.by} {said.value}" for said in one.recorded) or _NONE,
                _(KPI_STATES[one.state]),
                _decimal(one.points),
            )
            for one in found.items
        ],
    )


@click.command("kpi-record")
@click.argument("contract")
@click.argument("no", type=click.IntRange(0))
@click.argument("value")
@click.option("--evidence", required=True, help="证据")
@click.option("--points", help="得分(合同约定了分值的)")
@asking
@click.pass_context
def kpi_record(
    ctx: click.Context, contract: str, no: int, value: str, evidence: str, points: str | None, actor: str | None
) -> None:
    """填报一项绩效指标及其证据。"""
    with open_client(ctx, actor) as client:
        client.kpis.record(contract, no=no, value=value, evidence=evidence, points=points)
    click.echo(_("已填报"))
