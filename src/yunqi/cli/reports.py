"""`yunqi report …`: what is due by when, the register of reports, and documents made of what is kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from yunqi.cli import periodic, report_ways
from yunqi.cli.answers import answer_with, answered_by, in_json
from yunqi.cli.files import save_download
from yunqi.cli.remote import find_remote
from yunqi.cli.report_ways import ENTRY_STATES, say, upload
from yunqi.cli.show import show_table
from yunqi.cli.site import asking, open_client, parse_at, parse_on
from yunqi.cli.waiting import show_progress
from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _

STATES = {
    "late": "逾期",
    "lacking": "未提交",
    "due": "待提交",
    "sent": "待签收",
    "later": "未到期",
    "waits": "等待",
    "done": "已签收",
}


@click.group()
def report() -> None:
    """报告:日历、编号登记、审批、报送、签收;以及由结算单生成的文档。"""


@report.command()
@click.option("--contract", help="只看一份合同")
@click.option("--from", "from_text", metavar="YYYY-MM-DD", help="自此日起")
@click.option("--until", "until_text", metavar="YYYY-MM-DD", help="至此日止(默认一个月后)")
@click.option("--party", type=click.Choice(["provider", "using_unit"]), help="由哪一方提交")
@click.option("--state", type=click.Choice(list(STATES)), help="只看这一状态")
@asking
@click.pass_context
def calendar(
    ctx: click.Context,
    contract: str | None,
    from_text: str | None,
    until_text: str | None,
    party: str | None,
    state: str | None,
    actor: str | None,
) -> None:
    """报告日历:依合同应提交什么、何时到期、逾期几日。"""
    with open_client(ctx, actor) as client:
        found = client.reports.calendar(
            contract=contract,
            from_on=_on(from_text, "from"),
            until_on=_on(until_text, "until"),
            party=party,
            state=state,  # type: ignore[arg-type]
        )
    show_table(
        [_("报告"), _("期间"), _("由谁"), _("到期日"), _("状态"), _("逾期日数"), _("期号"), _("合同"), _("标识")],
        [
            (
                one.kind,
                period_words(one.period_start, one.period_end),
                one.party_name or one.party,
                one.due_on or one.basis_text,
                _(STATES[one.state]),
                one.late_days or "",
                one.report_number,
                one.contract_number or one.title,
                one.line,
            )
            for one in found.items
        ],
        right=frozenset({5}),
    )
    click.echo(
        _("逾期 {late} 项，期间已过、合同未写明期限而未提交 {lacking} 项", late=found.late, lacking=found.lacking)
    )


def _on(text: str | None, field: str) -> date | None:
    return None if text is None else parse_on(text, field)


def period_words(start: date | None, end: date | None) -> str:
    """The first and the last day of what a report is of; "" for what does not recur."""
    return "" if start is None or end is None else f"{start} – {end}"


@report.command("list")
@click.option("--contract", help="只看一份合同")
@click.option("--kind", help="只看这一种报告")
@click.option("--year", type=click.IntRange(2000, 2999))
@click.option("--state", type=click.Choice(list(ENTRY_STATES)))
@click.option("--incident", metavar="编号", help="只看关于这一事件的")
@click.option("--replaced", is_flag=True, help="也列出已被新版本取代的")
@asking
@click.pass_context
def list_(
    ctx: click.Context,
    contract: str | None,
    kind: str | None,
    year: int | None,
    state: str | None,
    incident: str | None,
    actor: str | None,
    *,
    replaced: bool,
) -> None:
    """报告登记簿:期号、版本、状态、签收。"""
    with open_client(ctx, actor) as client:
        rows = client.reports.iterate(
            contract=contract,
            kind=kind,
            year=year,
            state=state,  # type: ignore[arg-type]
            incident=incident,
            replaced=replaced,
        )
        show_table(
            [_("报告"), _("期号"), _("期间"), _("报送单位"), _("收件单位"), _("状态"), _("签收"), _("合同"), _("标识")],
            [
                (
                    one.title,
                    one.reference,
                    period_words(one.period_start, one.period_end),
                    one.author,
                    "、".join([one.receiver, *(each.organisation for each in one.others)]),
                    _(ENTRY_STATES[one.state]),
                    f"{one.received_by} {render_local(one.received_at)}" if one.received_at else "",
                    one.contract_number,
                    one.id,
                )
                for one in rows
            ],
        )


@report.command()
@click.argument("contract")
@click.option("--line", metavar="标识", help="报告日历中的一项")
@click.option("--kind", help="报告名称(日历以外的)")
@click.option("--revises", metavar="标识", help="修订这一份,期号不变")
@click.option("--title")
@click.option("--from", "from_text", metavar="YYYY-MM-DD", help="期间首日")
@click.option("--until", "until_text", metavar="YYYY-MM-DD", help="期间末日")
@click.option("--occasion", "occasion_text", metavar="时间", help="引起这份报告的事件的时间")
@click.option("--to", "receiver", metavar="单位", help="收件单位(默认合同的另一方)")
@click.option("--also", "others", metavar="单位", multiple=True, help="另一收件单位,可重复")
@click.option("--statement", metavar="标识", help="函件所依据的结算单")
@click.option("--file", "path", type=click.Path(path_type=Path), help="报告文档")
@asking
@click.pass_context
def number(
    ctx: click.Context,
    contract: str,
    line: str | None,
    kind: str | None,
    revises: str | None,
    title: str | None,
    from_text: str | None,
    until_text: str | None,
    occasion_text: str | None,
    receiver: str | None,
    others: tuple[str, ...],
    statement: str | None,
    path: Path | None,
    actor: str | None,
) -> None:
    """为一份报告编号拟稿:须指明 --line、--kind 或 --revises 之一。"""
    with open_client(ctx, actor) as client:
        made = client.reports.number(
            contract=contract,
            line=line,
            kind=kind,
            revises=revises,
            title=title,
            period_start=_on(from_text, "from"),
            period_end=_on(until_text, "until"),
            occasion_at=parse_at(occasion_text, "occasion"),
            receiver=receiver,
            others=others,
            statement=statement,
            file=None if path is None else upload(client, path),
        )
    say(made)


@report.command()
@click.argument("contract")
@click.option("--line", metavar="标识", help="报告日历中的一项")
@click.option("--report", "code", metavar="名称", help="哪一种文档(由报告名称不能确定时)")
@click.option("--incident", metavar="编号", help="关于哪一个事件")
@click.option("--revises", metavar="标识", help="重新编制这一份:拟稿换文档,已审批的出新版本")
@click.option("--from", "from_text", metavar="YYYY-MM-DD", help="期间首日(日历以外的)")
@click.option("--until", "until_text", metavar="YYYY-MM-DD", help="期间末日")
@click.option("--title")
@click.option("--to", "receiver", metavar="单位", help="收件单位(默认合同的另一方)")
@click.option("--also", "others", metavar="单位", multiple=True, help="另一收件单位,可重复")
@click.option("--save", "target", type=click.Path(path_type=Path), help="文档也存为这一文件")
@asking
@answered_by("report.compose")
@click.pass_context
def compose(
    ctx: click.Context,
    contract: str,
    line: str | None,
    code: str | None,
    incident: str | None,
    revises: str | None,
    from_text: str | None,
    until_text: str | None,
    title: str | None,
    receiver: str | None,
    others: tuple[str, ...],
    target: Path | None,
    actor: str | None,
) -> None:
    """由云契编制一份报告并编号:即成拟稿,其后审批、报送。可编制的文档见 report kinds。"""
    with open_client(ctx, actor) as client:
        made = client.reports.compose(
            contract=contract,
            report=code,
            line=line,
            incident=incident,
            revises=revises,
            period_start=_on(from_text, "from"),
            period_end=_on(until_text, "until"),
            title=title,
            receiver=receiver,
            others=others,
        ).wait(show_progress)
        say(made)
        if target is not None:
            click.echo(save_download(client.reports.file(made.id), target))


@report.command()
@click.argument("report_id", metavar="标识")
@click.argument("path", type=click.Path(path_type=Path), metavar="文件")
@asking
@click.pass_context
def attach(ctx: click.Context, report_id: str, path: Path, actor: str | None) -> None:
    """为拟稿附上文档,或换一份。"""
    with open_client(ctx, actor) as client:
        say(client.reports.attach(report_id, file=upload(client, path)))


@report.command()
@click.argument("report_id", metavar="标识")
@click.option("--code", default="", metavar="代字", help="发文机关代字,例如 云职服函")
@click.option("--dated", "dated_text", metavar="YYYY-MM-DD", help="成文日期(默认今日)")
@click.option("--contact", default="", help="联系人与电话")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="存放的文件夹")
@asking
@click.pass_context
def letter(
    ctx: click.Context,
    report_id: str,
    code: str,
    dated_text: str | None,
    contact: str,
    folder: Path | None,
    actor: str | None,
) -> None:
    """由结算单编制违约告知函或资源回收函(pdf 为拟稿的文档,docx 可修改后再附上)。"""
    with open_client(ctx, actor) as client:
        pending = client.letters.make(report_id, code=code, dated_on=_on(dated_text, "dated"), contact=contact)
        made = pending.wait(show_progress)
        for download in (client.reports.file(report_id), client.files.read(made.word.file)):
            click.echo(save_download(download, None, folder or _folder(ctx, "letters")))


@report.command()
@click.argument("report_id", metavar="标识")
@asking
@click.pass_context
def approve(ctx: click.Context, report_id: str, actor: str | None) -> None:
    """审批一份拟稿;须由拟稿人以外的人办理。"""
    with open_client(ctx, actor) as client:
        say(client.reports.approve(report_id))


@report.command("file")
@click.argument("report_id", metavar="标识")
@click.option("--to", "target", type=click.Path(path_type=Path), help="存为这一文件")
@asking
@click.pass_context
def file_(ctx: click.Context, report_id: str, target: Path | None, actor: str | None) -> None:
    """下载一份报告的文档。"""
    with open_client(ctx, actor) as client:
        click.echo(save_download(client.reports.file(report_id), target))


@report.command()
@in_json
def kinds() -> None:
    """列出可由云契生成的文档。"""
    from yunqi.operations.actions.composed import COMPOSITIONS, TITLES
    from yunqi.reports import list_reports

    reports = list_reports()
    composed = [{"code": one.code, "title": _(TITLES[one.code])} for one in COMPOSITIONS]
    answer_with(
        {"items": [{"name": o.name, "title": o.title, "about": o.about} for o in reports], "composed": composed}
    )
    show_table([_("名称"), _("标题"), _("说明")], [(one.name, one.title, one.about) for one in reports])
    show_table([_("编制并编号（--report）"), _("标题")], [(one["code"], one["title"]) for one in composed])


@report.command()
@click.argument("statement_id", metavar="标识")
@click.option("--only", metavar="名称", help="只生成这一种")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="存放的文件夹")
@asking
@click.pass_context
def make(ctx: click.Context, statement_id: str, only: str | None, folder: Path | None, actor: str | None) -> None:
    """由结算单生成文档:月报(docx)、结算单(xlsx、pdf)。"""
    with open_client(ctx, actor) as client:
        made = client.documents.make(statement=statement_id, only=only).wait(show_progress)
        for each in made.files:
            click.echo(save_download(client.documents.read(each), None, folder or _folder(ctx, statement_id)))


@report.command()
@click.argument("resource")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="存放的文件夹")
@asking
@click.pass_context
def certificate(ctx: click.Context, resource: str, folder: Path | None, actor: str | None) -> None:
    """一个已擦除资源的数据销毁证书(pdf)。"""
    with open_client(ctx, actor) as client:
        try:
            made = client.documents.make(resource=resource).wait(show_progress)
        except Problem as refused:
            if refused.code != "document.no_erasure":
                raise
            click.echo(_("该资源没有擦除过的卷"))
            return
        for each in made.files:
            click.echo(save_download(client.documents.read(each), None, folder or _folder(ctx, "certificates")))


def _folder(ctx: click.Context, name: str) -> Path | None:
    """Where documents lie unless a folder is named: in the home at the machine itself, else where one is."""
    if find_remote(ctx) is not None:
        return None
    home: Path = ctx.find_root().obj.document_dir
    return home / name


for command in (periodic.weekly, report_ways.deliver, report_ways.receipt):
    report.add_command(command)

COMMANDS = {"report": report}
