"""`yunqi probe …`: what is watched, and a probe of one's own that hands in what it sees."""

from __future__ import annotations

import csv
import io
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from yunqi.cli.answers import answer_rows, in_json
from yunqi.cli.files import read_upload
from yunqi.cli.show import show_table
from yunqi.cli.site import asking, asking_two, open_client
from yunqi.cli.waiting import show_proposal_made
from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem, Trouble
from yunqi.kernel.words import _, render_error
from yunqi.probes.runner import slot_of
from yunqi.wire.base import Proposal
from yunqi.wire.watches import OBSERVATION_LIMIT, Observation

if TYPE_CHECKING:
    from yunqi.client import Client
    from yunqi.probes.base import Target

_WORKERS = 16
_KEPT = 200_000
_LONGEST_DEADLINE_S = 5.0
COLUMNS = ("object", "probe", "address")


@click.group()
def probe() -> None:
    """监测:方式、对象,以及自行探测并交入结果。"""


@probe.command()
@in_json
def kinds() -> None:
    """列出探测方式及其地址写法。"""
    from yunqi.probes.registry import list_probes

    probes = list_probes()
    answer_rows(
        {"name": one.name, "title": one.title, "address": one.address, "example": one.example} for one in probes
    )
    show_table(
        [_("方式"), _("名称"), _("地址"), _("例")],
        [(one.name, one.title, one.address, one.example) for one in probes],
    )


@probe.command("list")
@click.argument("contract")
@click.option("--ended", is_flag=True, help="也列出已停止的")
@asking
@click.pass_context
def list_(ctx: click.Context, contract: str, ended: bool, actor: str | None) -> None:
    """列出一份合同约定的监测;云主机与公网地址无需约定,自动监测。"""
    with open_client(ctx, actor) as client:
        rows = list(client.watches.iterate(contract=contract, ended=ended))
    show_table(
        [_("对象"), _("方式"), _("地址"), _("探测位置"), _("起"), _("止"), _("标识")],
        [
            (
                one.object_name,
                one.probe,
                one.address,
                one.network_name or _("云外"),
                render_local(one.begun_at),
                render_local(one.ended_at) if one.ended_at else "",
                one.id,
            )
            for one in rows
        ],
    )


@probe.command()
@click.argument("contract")
@click.option("--object", "object_", required=True, help="资源标识、system:标识 或 platform")
@click.option("--probe", "name", required=True, help="探测方式,见 yunqi probe kinds")
@click.option("--address", required=True)
@click.option("--network", help="从合同下的这一网络内探测(默认从云外)")
@asking_two
@click.pass_context
def begin(
    ctx: click.Context,
    contract: str,
    object_: str,
    name: str,
    address: str,
    network: str | None,
    actor: str | None,
    second: str | None,
) -> None:
    """开始监测;由一方提出,另一方同意。"""
    with open_client(ctx, actor, second) as client:
        made = client.watches.begin(contract=contract, object=object_, probe=name, address=address, network=network)
    if isinstance(made, Proposal):
        show_proposal_made(made)
    else:
        click.echo(_("已开始监测，标识 {id}", id=made.id))


@probe.command()
@click.argument("watch")
@asking_two
@click.pass_context
def end(ctx: click.Context, watch: str, actor: str | None, second: str | None) -> None:
    """停止监测;已得的证据保留。"""
    with open_client(ctx, actor, second) as client:
        made = client.watches.end(watch)
    if isinstance(made, Proposal):
        show_proposal_made(made)
    else:
        click.echo(_("已停止监测"))


@probe.command()
@click.argument("contract")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--interval", "interval_s", type=click.IntRange(1, 3600), default=60, show_default=True, help="间隔秒数")
@click.option("--rounds", type=click.IntRange(1), help="探测这么多轮后结束(默认直至中断)")
@asking
@click.pass_context
def run(ctx: click.Context, contract: str, file: Path, interval_s: int, rounds: int | None, actor: str | None) -> None:
    """从本机自行探测,并以本单位名义交入结果;交不出的留待下一轮,没有探测的时段即为未知。

    文件为 CSV,列为 object、probe、address。
    """
    targets = read_targets(read_upload(file), contract)
    waiting: deque[Observation] = deque(maxlen=_KEPT)
    step, deadline_s = timedelta(seconds=interval_s), min(_LONGEST_DEADLINE_S, interval_s * 0.6)
    last, done = None, 0
    with open_client(ctx, actor) as client, ThreadPoolExecutor(_WORKERS) as pool:
        while rounds is None or done < rounds:
            slot = slot_of(datetime.now(UTC), interval_s)
            if slot == last:
                sleep_until(slot + step)
                continue
            last, done = slot, done + 1
            waiting.extend(ask_all(targets, pool, slot, slot + step, deadline_s))
            hand_in(client, contract, waiting)
        sleep_until(datetime.now(UTC) if last is None else last + step)
        hand_in(client, contract, waiting)
    if waiting:
        raise Trouble(
            "observation.not_handed_in",
            "还有 {count} 条结果未能交入",
            count=len(waiting),
            way_out="请核对与云契的连接后重新探测",
        )


def read_targets(content: bytes, contract: str) -> tuple[Target, ...]:
    """The targets of a CSV file; raises `Problem` targets.columns, targets.row, probe.unknown and probe.address."""
    from yunqi.probes.base import Target
    from yunqi.probes.registry import require_address

    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig", errors="replace")))
    if not set(COLUMNS) <= set(rows.fieldnames or ()):
        raise Problem(
            "targets.columns",
            "表头「{value}」缺少列 object、probe、address 之一",
            field="file",
            value="、".join(rows.fieldnames or ()),
            way_out="首行应为 object,probe,address",
        )
    found = []
    for number, row in enumerate(rows, 2):
        given = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if empty := [name for name, value in given.items() if not value]:
            raise Problem(
                "targets.row",
                "第 {number} 行缺少「{missing}」",
                field=empty[0],
                number=number,
                missing="、".join(empty),
                way_out="请补全该行",
            )
        require_address(given["probe"], given["address"])
        found.append(Target(contract=contract, **given))
    return tuple(found)


def sleep_until(at: datetime) -> None:
    """Returns at the instant, at once when it is past."""
    time.sleep(max(0.0, (at - datetime.now(UTC)).total_seconds()))


def ask_all(
    targets: tuple[Target, ...], pool: ThreadPoolExecutor, begun: datetime, ended: datetime, deadline_s: float
) -> list[Observation]:
    """What each target's probe sees; each result holds for the slot."""
    from yunqi.probes.registry import ask

    seen = pool.map(lambda target: ask(target, deadline_s), targets)
    return [
        Observation(
            object=target.object,
            probe=target.probe,
            start_at=begun,
            end_at=ended,
            verdict=verdict.verdict,
            detail=verdict.detail[:200],
        )
        for target, verdict in zip(targets, seen, strict=True)
    ]


def hand_in(client: Client, contract: str, waiting: deque[Observation]) -> None:
    """Hands in what waits and is past; what can't be handed in now waits on."""
    while some := tuple(one for one in waiting if one.end_at <= datetime.now(UTC))[:OBSERVATION_LIMIT]:
        try:
            kept = client.observations.record(contract, observations=some)
        except Trouble as error:
            click.echo(render_error(error), err=True)
            return
        for _one in some:
            waiting.popleft()
        said = _("交入 {written} 条，已有 {known} 条，过迟 {late} 条")
        click.echo(said.format(written=kept.written, known=kept.known, late=kept.late))


COMMANDS = {"probe": probe}
