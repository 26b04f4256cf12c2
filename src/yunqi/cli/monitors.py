"""`yunqi evidence pull`: what Prometheus or Zabbix saw, asked for over HTTP and taken in."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from yunqi.cli.files import read_upload
from yunqi.cli.show import show_imported
from yunqi.cli.site import asking, open_client, parse_at
from yunqi.cli.waiting import show_progress
from yunqi.kernel.errors import Problem

SYSTEMS = ("prometheus", "zabbix")


@click.command()
@click.argument("contract")
@click.option("--format", "format_", type=click.Choice(SYSTEMS), required=True, help="哪一种监测系统")
@click.option("--url", required=True, help="Prometheus 的地址,或 Zabbix 的 api_jsonrpc.php 的地址")
@click.option("--query", help="Prometheus:查询表达式,例如 up")
@click.option("--step", "step_s", type=click.IntRange(1, 3600), help="Prometheus:按此秒数取值;不给出时取原始样本")
@click.option("--item", "items", multiple=True, help="Zabbix:监控项的 itemid,可多次给出")
@click.option("--trends", is_flag=True, help="Zabbix:取每小时的趋势,不取历史")
@click.option("--from", "start", required=True, metavar="时间")
@click.option("--until", "end", required=True, metavar="时间")
@click.option("--token-file", type=click.Path(path_type=Path), help="内含访问令牌的文件")
@click.option("--ca", type=click.Path(path_type=Path), help="信任的证书颁发机构(PEM 文件)")
@click.option("--mapping", type=click.Path(path_type=Path), required=True, help="对照表(CSV):哪个序列是哪个对象")
@click.option("--label", required=True, help="来源标签,凡用到之处都会显示")
@click.option("--sample", is_flag=True, help="这是样例数据")
@asking
@click.pass_context
def pull(
    ctx: click.Context,
    contract: str,
    format_: Literal["prometheus", "zabbix"],
    url: str,
    query: str | None,
    step_s: int | None,
    items: tuple[str, ...],
    trends: bool,
    start: str,
    end: str,
    token_file: Path | None,
    ca: Path | None,
    mapping: Path,
    label: str,
    sample: bool,
    actor: str | None,
) -> None:
    """从本机向 Prometheus 或 Zabbix 取一个时段的数据并导入。全部成功,或什么都不改变。"""
    from yunqi.probes.monitor_http import Source, read_prometheus_span, read_zabbix_span

    table = read_upload(mapping)
    token = None if token_file is None else read_upload(token_file).decode(errors="replace").strip()
    source = Source(url, token, None if ca is None else str(ca))
    start_at, end_at = parse_at(start, "from"), parse_at(end, "until")
    assert start_at is not None and end_at is not None  # noqa: S101, PT018  # both options are required
    if bool(query) == bool(items) or bool(query) != (format_ == "prometheus"):
        raise Problem(
            "monitor.question",
            "没有说明取什么：Prometheus 须给出 --query，Zabbix 须给出 --item，二者只用其一",
            field="query",
            way_out="请补充该选项",
        )
    if query:
        content = read_prometheus_span(source, query, start_at, end_at, step_s=step_s)
    else:
        content = read_zabbix_span(source, items, start_at, end_at, trends=trends)
    with open_client(ctx, actor) as client:
        file = client.files.upload(name=f"{format_}.json", content=content).id
        told = client.files.upload(name=mapping.name, content=table).id
        begun = client.evidence.import_(contract, file=file, format=format_, mapping=told, label=label, sample=sample)
        done = begun.wait(show_progress)
    show_imported(done)
