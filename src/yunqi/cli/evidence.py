"""`yunqi evidence …`"""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import click

from yunqi.cli.answers import answer_file, answer_with, in_json
from yunqi.cli.files import read_upload, save_download
from yunqi.cli.monitors import pull
from yunqi.cli.remote import find_remote
from yunqi.cli.show import printable, show_imported, show_table
from yunqi.cli.site import asking, asking_two, open_client, open_site, parse_at, parse_on
from yunqi.cli.waiting import show_progress, show_proposal_made
from yunqi.kernel.clock import render_local
from yunqi.kernel.words import _
from yunqi.wire.base import PAGE_LIMIT, Proposal
from yunqi.wire.evidence import FactRow, VerifiedEvidence

_SHOWN = 20
KINDS = ("results", "outages", "incidents", "usages")
FORMATS = ("csv", "prometheus", "zabbix")


@click.group()
def evidence() -> None:
    """证据:导入、封存、关账、导出、核验。"""


@evidence.command("import")
@click.argument("contract")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(FORMATS), default="csv", show_default=True, help="文件格式")
@click.option("--mapping", type=click.Path(path_type=Path), help="对照表(CSV):监测系统的哪个序列是哪个对象")
@click.option("--label", required=True, help="来源标签,凡用到之处都会显示")
@click.option("--sample", is_flag=True, help="这是样例数据")
@click.option("--kind", type=click.Choice(KINDS), help="CSV 的内容(默认按表头判断)")
@click.option("--zone", type=click.Choice(["beijing", "utc"]), help="CSV 中没有写时区的时间按什么时区理解")
@asking
@click.pass_context
def import_(
    ctx: click.Context,
    contract: str,
    file: Path,
    format_: Literal["csv", "prometheus", "zabbix"],
    mapping: Path | None,
    label: str,
    sample: bool,
    kind: Literal["results", "outages", "incidents", "usages"] | None,
    zone: Literal["beijing", "utc"] | None,
    actor: str | None,
) -> None:
    """导入其他监控系统的数据(CSV、Prometheus、Zabbix)。全部成功,或什么都不改变。

    Prometheus:query_range 的 JSON 应答;Zabbix:history.get、trend.get 的应答或实时导出的文件。二者都须附对照表。
    """
    content = read_upload(file)
    told = None if mapping is None else read_upload(mapping)
    with open_client(ctx, actor) as client:
        kept = client.files.upload(name=file.name, content=content).id
        table = None
        if mapping is not None and told is not None:
            table = client.files.upload(name=mapping.name, content=told).id
        begun = client.evidence.import_(
            contract,
            file=kept,
            format=format_,
            mapping=table,
            label=label,
            sample=sample,
            kind=kind,
            zone=zone,
        )
        done = begun.wait(show_progress)
    show_imported(done)


@evidence.command()
@click.argument("contract")
@asking
@click.pass_context
def seal(ctx: click.Context, contract: str, actor: str | None) -> None:
    """把尚未封存的事实接入链。"""
    with open_client(ctx, actor) as client:
        done = client.evidence.seal(contract)
    click.echo(_("封存 {sealed} 条，未封存 {waiting} 条", sealed=done.sealed, waiting=done.waiting))


@evidence.command("close-day")
@click.argument("contract")
@click.argument("day", metavar="YYYY-MM-DD")
@in_json
@click.pass_context
def close_day(ctx: click.Context, contract: str, day: str) -> None:
    """关闭截至某日(已结束)的各日,签署日根;签名密钥在云契所在的机器上,服务每日自动办理。"""
    from yunqi.operations.evidence import close_day as act

    with open_site(ctx) as site:
        root = act(site, contract, parse_on(day, "day"))
    answer_with({"day": str(root.day), "sm3": root.sm3, "key_id": root.key_id})
    click.echo(_("{day} 的根：{sm3}，签名密钥 {key}", day=root.day, sm3=root.sm3, key=root.key_id[:16]))


@evidence.command()
@click.argument("contract")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--no-results", is_flag=True, help="不带原始探测结果(文件小得多;仅用于远程)")
@asking
@click.pass_context
def export(ctx: click.Context, contract: str, file: Path, no_results: bool, actor: str | None) -> None:
    """导出一份合同的全部证据,任何人可独立核验。"""
    if find_remote(ctx) is None and actor is None and not no_results:
        # At the machine itself it goes straight into the file, however long it is.
        from yunqi.operations.evidence import export_evidence

        with open_site(ctx) as site:
            answer_file(export_evidence(site, contract, file))
        click.echo(file)
        return
    with open_client(ctx, actor) as client:
        made = client.evidence.export(contract, results=not no_results).wait(show_progress)
        click.echo(save_download(client.files.read(made.file), file))


@evidence.command()
@click.argument("contract")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@asking
@click.pass_context
def package(ctx: click.Context, contract: str, file: Path, actor: str | None) -> None:
    """导出证据、合同数据、登记与结算单的签名包,附独立核验与复算程序 rederive.py。"""
    if find_remote(ctx) is None and actor is None:
        from yunqi.operations.evidence_package import export_package

        with open_site(ctx) as site:
            answer_file(export_package(site, contract, file))
        click.echo(file)
        return
    with open_client(ctx, actor) as client:
        made = client.evidence.package(contract).wait(show_progress)
        click.echo(save_download(client.files.read(made.file), file))


@evidence.command()
@click.argument("target", metavar="合同编号|文件")
@asking
@click.pass_context
def verify(ctx: click.Context, target: str, actor: str | None) -> None:
    """核验导出的证据文件,或一份合同的证据;不通过时指明记录,退出码为 1。"""
    if os.path.isfile(target):  # noqa: PTH113  # a word too long to be a path is none; Path.is_file raises
        from yunqi.operations.evidence import verify_bundle

        report: Any = verify_bundle(Path(target))
        answer_with(_verified(report))
    else:
        with open_client(ctx, actor) as client:
            report = client.evidence.verify(target).wait(show_progress)
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


def _verified(report: Any) -> dict[str, Any]:
    return VerifiedEvidence.model_validate(
        {
            name: getattr(report, name)
            for name in VerifiedEvidence.model_fields
            if name not in {"contract_id", "findings"}
        }
        | {"contract_id": report.contract, "findings": [asdict(one) for one in report.findings]}
    ).model_dump(mode="json")


@evidence.command()
@click.argument("contract")
@click.option("--kind", help="只列出这一类事实")
@click.option("--limit", type=click.IntRange(1, 10000), default=50)
@asking
@click.pass_context
def facts(ctx: click.Context, contract: str, kind: str | None, limit: int, actor: str | None) -> None:
    """列出最近的事实。"""
    with open_client(ctx, actor) as client:
        rows: list[FactRow] = []
        cursor: str | None = None
        while len(rows) < limit:
            page = client.evidence.list(contract, kind=kind, limit=min(PAGE_LIMIT, limit - len(rows)), cursor=cursor)
            rows.extend(page.items)
            cursor = page.next_cursor
            if cursor is None:
                break
    show_table(
        [_("时间"), _("类型"), _("对象"), _("来源"), _("样例"), _("标识")],
        [
            (render_local(one.at), one.kind, one.subject, one.origin, _("样例") if one.sample else "", one.id)
            for one in reversed(rows)
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


evidence.add_command(pull)
COMMANDS = {"evidence": evidence}
