"""A month of the sample session with all that makes one hard, sealed and handed out; and forged exports of it."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.kits.forged import Lines, forge
from tests.kits.session import Session, silent
from tests.rederive.test_package import check, codes, key_of, wrong_lines

from yunqi.cli.tour import agree_and_find
from yunqi.kernel.clock import render_local
from yunqi.kernel.period import Month
from yunqi.operations.evidence import close_days
from yunqi.operations.evidence_package import export_package
from yunqi.operations.foreign import import_file
from yunqi.operations.installation import Installation
from yunqi.operations.months import close_month
from yunqi.operations.readings import agree_reading
from yunqi.store.signing import load_signing_key
from yunqi.store.statements import record_exclusion


def add_late_results(opened: Installation, session: Session, month: Month, label: str, minutes: int) -> None:
    """What another watcher saw: outages at the month's first and last moments, and no word on one night."""
    start, end = month.span.start_at, month.span.end_at
    night = start + timedelta(days=20)
    rows = [
        (start, start + timedelta(minutes=minutes), "down"),
        (start + timedelta(minutes=minutes), night, "up"),
        (night + timedelta(hours=7), end - timedelta(minutes=minutes), "up"),
        (end - timedelta(minutes=minutes), end, "down"),
    ]
    text = "object,probe,start,end,verdict\n"
    text += "".join(f"platform,tcp,{render_local(a)},{render_local(b)},{verdict}\n" for a, b, verdict in rows)
    import_file(opened, session.number, text.encode(), label=label, sample=False, kind="results")


@pytest.fixture(scope="session")
def hard_month(settled_template: Session, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample month closed again after late data, an exclusion and an agreement on rounding."""
    folder = tmp_path_factory.mktemp("hard")
    session = settled_template.copy(folder / "home")
    assert session.cast is not None
    with session.installation() as opened:
        month = Month.parse(session.statements[-1].month)
        close_days(opened)
        session.clock.advance(timedelta(days=1))
        add_late_results(opened, session, month, "第二家监测", 45)
        start = month.span.start_at + timedelta(days=8, hours=9)
        with opened.database.write() as connection:
            record_exclusion(
                connection,
                session.side.contract_id,
                object_="*",
                start_at=start,
                end_at=start + timedelta(minutes=25),
                clause="第十五条",
                reason="已通知的维护",
                approved_by=session.side.approver,
                now=opened.clock.now(),
            )
        agree_reading(
            opened,
            session.number,
            "penalty.rounding",
            "monthly_fee_first",
            agreement="补充协议-样例-02",
            using_unit_person=session.side.approver,
            provider_person=session.side.lead,
        )
        session.clock.advance(timedelta(minutes=1))
        agree_and_find(opened, session.cast, close_month(opened, session.number, str(month)), silent)
        session.clock.advance(timedelta(minutes=1))
        last = close_month(opened, session.number, str(month))
        assert not last.provisional
        assert last.version > session.statements[-1].version
        session.clock.advance(timedelta(minutes=1))
        add_late_results(opened, session, month, "第三家监测", 5)  # after the last version: told, not counted
        session.clock.advance(timedelta(days=1))
        close_days(opened)
        return export_package(opened, session.number, folder / "package.zip")


def test_a_hard_month_agrees_to_the_fen(hard_month: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = check(capsys, hard_month, "--key", key_of(hard_month))
    assert (code, said["findings"], wrong_lines(said)) == (0, [], set())
    assert {"month.late"} <= {one["code"] for one in said["notes"]}
    with zipfile.ZipFile(hard_month) as archive:
        last = json.loads(archive.read("statements.json"))[-1]["data"]
    assert last["penalty_fen"] > 0
    assert {"penalty", "chosen", "offset"} <= {line["name"] for line in said["statements"][-1]["lines"]}


def test_a_chain_signed_anew_is_told_by_its_key_and_by_a_root(
    hard_month: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = forge(hard_month, tmp_path / "a.zip", load_signing_key(tmp_path / "k.pem"), lambda lines: lines)
    code, said = check(capsys, forged)
    assert (code, codes(said)) == (0, set())  # sound in itself: only what one holds oneself can tell
    assert "package.no_trust" in {one["code"] for one in said["notes"]}
    code, said = check(capsys, forged, "--key", key_of(hard_month))
    assert (code, codes(said)) == (1, {"chain.untrusted_key", "package.untrusted_key"})
    day, root = next(iter(check(capsys, hard_month)[1]["roots"].items()))
    code, said = check(capsys, forged, "--root", f"{day}={root}")
    assert (code, codes(said)) == (1, {"chain.held_root"})


def without_outage(lines: Lines) -> Lines:
    for line in lines:
        if line["type"] == "result" and line["data"]["verdict"] == "down":
            line["data"]["verdict"] = "up"
    return lines


def without_exclusion(lines: Lines) -> Lines:
    return [line for line in lines if line["data"].get("kind") != "exclusion.recorded"]


def other_finding(lines: Lines) -> Lines:
    for line in lines:
        if line["data"].get("kind") == "adjudication.opened":
            data = line["data"]["payload"]["data"]
            data["answer"] = {"yes": "no", "no": "yes"}.get(data["answer"], data["answer"])
    return lines


def other_usage(lines: Lines) -> Lines:
    for line in lines:
        if line["data"].get("kind") == "usage.imported":
            line["data"]["payload"]["quantity"] = "1"
    return lines


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (without_outage, "level.1"),
        (without_exclusion, "level.1"),
        (other_finding, "penalty"),
        (other_usage, "delivery.1.average"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_evidence_that_was_changed_and_signed_anew_no_longer_makes_the_statement(
    change: Any, named: str, hard_month: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = forge(hard_month, tmp_path / "a.zip", load_signing_key(tmp_path / "k.pem"), change)
    code, said = check(capsys, forged)
    assert (code, codes(said)) == (1, set())
    assert named in wrong_lines(said)


@pytest.mark.parametrize("kind", ["fact", "result", "verdict", "root"])
def test_a_record_that_is_gone_or_changed_is_named(
    kind: str, hard_month: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(hard_month) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    lines = files["evidence.jsonl"].splitlines(keepends=True)
    place = next(at for at, line in enumerate(lines) if f'"type":"{kind}"}}'.encode() in line)
    for changed in ([*lines[:place], *lines[place + 1 :]], _touch(lines, place)):
        files["evidence.jsonl"] = b"".join(changed)
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        code, said = check(capsys, tmp_path / "a.zip")
        assert code == 1
        found = {one for one in codes(said) if one.startswith("chain.")}
        assert found - {"chain.end"}, found


def _touch(lines: list[bytes], place: int) -> list[bytes]:
    line = json.loads(lines[place])
    name = next(name for name in ("recorded_at", "closed_at") if name in line["data"])
    line["data"][name] = line["data"][name][:-2] + "1Z"
    text = json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return [*lines[:place], text.encode() + b"\n", *lines[place + 1 :]]
