"""Evidence in the tour: a guest killed from outside, seen, brought back, reported; facts sealed, signed, verified."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from yunqi.cli.tour.cast import Cast
from yunqi.cli.tour.deliver import Say, Wire, ping, require
from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Trouble
from yunqi.kernel.words import _
from yunqi.operations.cases import add_event
from yunqi.operations.evidence import close_days, export_evidence, verify_bundle
from yunqi.operations.installation import Installation
from yunqi.store.cases import Case, list_cases
from yunqi.store.facts import list_facts

_WAIT_S = 120


def find_guest_process(resource_id: str) -> int:
    """The process of a guest, found as an outsider would: by the command lines of the machine."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if b"qemu-system" in command and resource_id.encode() in command:
                return int(entry.name)
    raise Trouble("tour.no_guest", "没有找到服务器 {id} 的进程", id=resource_id)


def kill_guest(installation: Installation, cast: Cast, wire: Wire, say: Say) -> Case:
    """Kills a guest from outside; the probe sees it, an incident is opened, the reconciler brings the machine back."""
    victim = cast.first.names["insurance"]
    _wait(lambda: _probed_up(installation, cast, victim), _("探测到服务器正常"))
    pid = find_guest_process(victim)
    os.kill(pid, signal.SIGKILL)
    say(_("已从外部杀死服务器 insurance 的进程 {pid}", pid=pid))
    incident = _wait_incident(installation, cast, victim, ("open", "responded", "recovered"))
    say(
        _("探测发现中断，开立事件 {number}，中断始于 {at}", number=incident.number, at=render_local(incident.opened_at))
    )
    add_event(
        installation,
        incident.id,
        "reported",
        person_id=cast.first.clerk,
        data={"channel": _("电话"), "text": _("业务系统打不开")},
    )
    say(_("使用单位电话报告故障：响应时限自此起算（合同约定自收到报告起）"))
    add_event(installation, incident.id, "responded", person_id=cast.first.operator)
    say(_("云服务商响应：定位排除时限自此起算"))
    incident = _wait_incident(installation, cast, victim, ("recovered",))
    require(ping(wire.first, wire.ips["insurance"]), _("服务器恢复后应答"))
    say(_("调和器已使服务器恢复，探测确认中断结束"))
    add_event(
        installation,
        incident.id,
        "located",
        person_id=cast.first.operator,
        data={"root_cause": _("虚拟机进程被外部终止")},
    )
    return add_event(installation, incident.id, "closed", person_id=cast.first.clerk)


def seal_and_verify(installation: Installation, cast: Cast, folder: Path, say: Say) -> None:
    """Seals, closes the days that are over, verifies an export, and shows that one changed byte is named."""
    for line in close_days(installation):
        say(line)
    bundle = export_evidence(installation, cast.first.contract, folder / "evidence.jsonl")
    report = verify_bundle(bundle)
    require(report.passed, _("证据核验通过"))
    say(
        _(
            "核验通过：{facts} 条事实、{days} 个判定日、{roots} 个签名根",
            facts=report.facts,
            days=report.verdict_days,
            roots=report.roots,
        )
    )
    content = bytearray(bundle.read_bytes())
    place = content.index(b"outage.started") + 3
    content[place] ^= 0x01
    copy = bundle.with_name("evidence-changed.jsonl")
    copy.write_bytes(content)
    broken = verify_bundle(copy)
    require(not broken.passed, _("改动一个字节的副本不应通过核验"))
    first = broken.findings[0]
    say(_("副本改动一个字节后核验不通过，指明：{record}", record=first.record))


def _probed_up(installation: Installation, cast: Cast, resource_id: str) -> bool:
    from datetime import timedelta

    from yunqi.store.verdicts import list_verdicts

    now = installation.clock.now()
    with installation.database.read() as connection:
        streams = list_verdicts(connection, cast.first.contract_id, start_at=now - timedelta(minutes=2), end_at=now)
    return any(stream.object == resource_id and stream.spans and stream.spans[-1].verdict == "up" for stream in streams)


def _wait_incident(installation: Installation, cast: Cast, resource_id: str, states: tuple[str, ...]) -> Case:
    found: list[Case] = []

    def look() -> bool:
        with installation.database.read() as connection:
            found[:] = [
                one
                for one in list_cases(connection, cast.first.contract_id, kind="incident")
                if one.data.get("object") == resource_id and one.state in states
            ]
        return bool(found)

    _wait(look, _("事件进入预期状态"))
    return found[-1]


def _wait(look: object, what: str, deadline_s: float = _WAIT_S) -> None:
    assert callable(look)  # noqa: S101
    until = time.monotonic() + deadline_s
    while not look():
        if time.monotonic() > until:
            raise Trouble(
                "tour.waited",
                "等待「{what}」超过 {seconds} 秒",
                what=what,
                seconds=int(deadline_s),
                way_out="请查看服务日志",
            )
        time.sleep(0.2)


def count_facts(installation: Installation, cast: Cast) -> int:
    """How many facts the first contract has."""
    with installation.database.read() as connection:
        return len(list_facts(connection, cast.first.contract_id))
