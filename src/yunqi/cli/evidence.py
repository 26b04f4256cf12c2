"""`yunqi evidence …`"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from yunqi.cli.show import printable, show_table
from yunqi.cli.site import asking, asking_two, open_client, open_site, parse_at, parse_on
from yunqi.cli.waiting import show_proposal_made
from yunqi.kernel.clock import render_local
from yunqi.kernel.words import _
from yunqi.wire.base import Proposal

_SHOWN = 20


@click.group()
def evidence() -> None:
    """证据:导入、封存、关账、导出、核验。"""


@evidence.command("import")
@click.argument("contract")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--label", required=True, help="来源标签,凡用到之处都会显示")
@click.option("--sample", is_flag=True, help="这是样例数据")
@click.option(
    "--kind", type=click.Choice(["results", "outages", "incidents", "usages"]), help="文件内容(默认按表头判断)"
)
@click.option("--zone", type=click.Choice(["beijing", "utc"]), help="没有写时区的时间按什么时区理解")
@click.pass_context
def import_(
    ctx: click.Context, contract: str, file: Path, label: str, sample: bool, kind: str | None, zone: str | None
) -> None:
    """导入其他监控系统的数据(CSV):探测结果、中断、事件、用量。全部成功,或什么都不改变。"""
    from yunqi.operations.foreign import import_file

    with open_site(ctx) as site:
        done = import_file(site, contract, file, label=label, sample=sample, kind=kind, zone=zone)
    click.echo(_("导入 {written} 条，已有 {known} 条", written=done.written, known=done.known))


@evidence.command()
@click.argument("contract")
@click.pass_context
def seal(ctx: click.Context, contract: str) -> None:
    """把尚未封存的事实接入链。"""
    from yunqi.operations.evidence import seal as act

    with open_site(ctx) as site:
        sealed, waiting = act(site, contract)
    click.echo(_("封存 {sealed} 条，未封存 {waiting} 条", sealed=sealed, waiting=waiting))


@evidence.command("close-day")
@click.argument("contract")
@click.argument("day", metavar="YYYY-MM-DD")
@click.pass_context
def close_day(ctx: click.Context, contract: str, day: str) -> None:
    """关闭截至某日(已结束)的各日,签署日根。"""
    from yunqi.operations.evidence import close_day as act

    with open_site(ctx) as site:
        root = act(site, contract, parse_on(day, "day"))
    click.echo(_("{day} 的根：{sm3}，签名密钥 {key}", day=root.day, sm3=root.sm3, key=root.key_id[:16]))


@evidence.command()
@click.argument("contract")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_context
def export(ctx: click.Context, contract: str, file: Path) -> None:
    """导出一份合同的全部证据,任何人可独立核验。"""
    from yunqi.operations.evidence import export_evidence

    with open_site(ctx) as site:
        click.echo(export_evidence(site, contract, file))


@evidence.command()
@click.argument("target", metavar="合同编号|文件")
@click.pass_context
def verify(ctx: click.Context, target: str) -> None:
    """核验导出的证据文件,或本安装中一份合同的证据;不通过时指明记录,退出码为 1。"""
    from yunqi.operations.evidence import verify_bundle, verify_contract

    if os.path.isfile(target):  # noqa: PTH113  # a word too long to be a path is none; Path.is_file raises
        report: Any = verify_bundle(Path(target))
    else:
        with open_site(ctx) as site:
            report = verify_contract(site, target)
    click.echo(
        _(
            "事实 {facts}，判定日 {days}，原始探测结果 {results}，签名根 {roots}，未封存 {unsealed}，未签名 {unsigned}",
            facts=report.facts,
            days=report.verdict_days,
            results=report.results,
            roots=report.roots,
            unsealed=report.unsealed,
            unsigned=report.unsigned,
        )
    )
    for finding in report.findings[:_SHOWN]:
        words = [finding.record, finding.day, finding.detail, f"[{finding.code}]"]
        click.secho("✗ " + "  ".join(printable(word) for word in words if word), fg="red")
    if len(report.findings) > _SHOWN:
        click.secho(_("另有 {count} 处", count=len(report.findings) - _SHOWN), fg="red")
    if report.passed:
        click.secho(_("✓ 核验通过"), fg="green")
    else:
        ctx.exit(1)


@evidence.command()
@click.argument("contract")
@click.option("--kind", help="只列出这一类事实")
@click.option("--limit", type=click.IntRange(1, 10000), default=50)
@click.pass_context
def facts(ctx: click.Context, contract: str, kind: str | None, limit: int) -> None:
    """列出最近的事实。"""
    from yunqi.store.contracts import require_contract
    from yunqi.store.facts import list_facts

    with open_site(ctx) as site, site.database.read() as connection:
        rows = list_facts(connection, require_contract(connection, contract).id, kind=kind)[-limit:]
    show_table(
        [_("时间"), _("类型"), _("对象"), _("来源"), _("样例"), _("标识")],
        [
            (render_local(one.at), one.kind, one.subject, one.origin, _("样例") if one.sample else "", one.id)
            for one in rows
        ],
    )


@evidence.command()
@click.argument("contract")
@click.option("--object", "object_", default="*", help="资源标识、system:标识、platform 或 *(全部)")
@click.option("--from", "start", required=True, metavar="时间")
@click.option("--until", "end", required=True, metavar="时间")
@click.option("--clause", required=True, help="所依据的条款")
@click.option("--reason", required=True)
@asking_two
@click.pass_context
def exclude(
    ctx: click.Context,
    contract: str,
    object_: str,
    start: str,
    end: str,
    clause: str,
    reason: str,
    actor: str | None,
    second: str | None,
) -> None:
    """剔除一个时段(例如已通知的维护),写明条款;由一方提出,另一方同意,记使用单位批准人之名。"""
    start_at, end_at = parse_at(start, "from"), parse_at(end, "until")
    assert start_at is not None and end_at is not None  # noqa: S101, PT018  # both options are required
    with open_client(ctx, actor, second) as client:
        made = client.exclusions.record(
            contract=contract, object=object_, start_at=start_at, end_at=end_at, clause=clause, reason=reason
        )
    if isinstance(made, Proposal):
        show_proposal_made(made)
    else:
        click.echo(_("已记录剔除时段"))


@evidence.command()
@click.argument("contract")
@asking
@click.pass_context
def exclusions(ctx: click.Context, contract: str, actor: str | None) -> None:
    """列出一份合同已剔除的时段。"""
    with open_client(ctx, actor) as client:
        rows = list(client.exclusions.iterate(contract=contract))
    show_table(
        [_("对象"), _("起"), _("止"), _("条款"), _("事由"), _("批准人")],
        [
            (
                one.object_name,
                render_local(one.start_at),
                render_local(one.end_at),
                one.clause,
                one.reason,
                one.approved_by_name,
            )
            for one in rows
        ],
    )


COMMANDS = {"evidence": evidence}
