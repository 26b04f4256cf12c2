"""What Prometheus and Zabbix saw, taken in at the command line: under a mapping, whole or not at all, once."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.kits.session import Session
from tests.probes.test_monitor_http import zabbix
from tests.scenarios.test_orders import order

from yunqi.kernel.clock import render_local

__all__ = ["zabbix"]
HEAD = "match,object,up,hold,probe,meter,scale"


def begin_of(session: Session) -> int:
    """The last full hour but two, in seconds since 1970."""
    return int((session.clock.at - timedelta(hours=3)).timestamp()) // 3600 * 3600


def answer(path: Path, **series: list[list[Any]]) -> Path:
    result = [{"metric": {"job": "b", "instance": name}, "values": values} for name, values in series.items()]
    path.write_text(json.dumps({"status": "success", "data": {"resultType": "matrix", "result": result}}), "utf-8")
    return path


def mapping(path: Path, *rows: str) -> Path:
    path.write_text("\n".join((HEAD, *rows)) + "\n", "utf-8")
    return path


def take(
    session: Session, path: Path, table: Path, kind: str = "prometheus", label: str = "市平台"
) -> tuple[object, ...]:
    given = ("--format", kind, "--mapping", table, "--label", label)
    return ("evidence", "import", session.number, path, *given)


def test_an_answer_becomes_observations_and_its_gap_stays_unknown(signed: Session, tmp_path: Path) -> None:
    begun = begin_of(signed)
    values = [[begun + 60 * number, "0" if 10 <= number < 15 else "1"] for number in range(60) if not 30 <= number < 40]
    table = mapping(tmp_path / "m.csv", "instance=a,platform,=1,60", "instance=gone,platform,=1,60,other")
    whole = answer(tmp_path / "whole.json", a=values)
    first, rest = answer(tmp_path / "1.json", a=values[:30]), answer(tmp_path / "2.json", a=values[20:])
    said = signed.run(*take(signed, first, table))
    assert said.splitlines()[0] == "导入 30 条，已有 0 条"
    assert "instance=gone" in said
    assert "导入 20 条，已有 10 条" in signed.run(*take(signed, rest, table))
    assert "导入 0 条，已有 50 条" in signed.run(*take(signed, whole, table))
    with signed.installation() as site, site.database.read() as connection:
        from yunqi.store.contracts import require_contract
        from yunqi.store.facts import list_facts
        from yunqi.store.verdicts import list_verdicts

        found = require_contract(connection, signed.number)
        at = signed.clock.at
        (stream,) = list_verdicts(connection, found.id, start_at=at - timedelta(days=1), end_at=at)
        facts = list_facts(connection, found.id, kind="evidence.imported")
    shown = [
        ((one.start_at.timestamp() - begun) / 60, (one.end_at.timestamp() - begun) / 60, one.verdict)
        for one in stream.spans
    ]
    assert shown == [(0, 10, "up"), (10, 15, "down"), (15, 30, "up"), (40, 60, "up")]
    assert (stream.probe, stream.origin, stream.sample) == ("prometheus", "import:市平台", False)
    assert [one.payload["values"] for one in facts] == [30, 30, 50]
    assert facts[0].payload["mapping"][0] == {
        "match": "instance=a",
        "object": "platform",
        "up": "=1",
        "hold_s": 60,
        "probe": "prometheus",
    }
    assert {one.origin for one in facts} == {"import:市平台"}


def test_what_contradicts_or_comes_to_a_sealed_day_is_refused_and_another_label_takes_it(
    signed: Session, tmp_path: Path
) -> None:
    begun = begin_of(signed)
    with signed.installation() as site, site.database.read() as connection:
        from yunqi.store.contracts import require_contract
        from yunqi.store.parties import list_systems

        found = require_contract(connection, signed.number)
        system = list_systems(connection, found.using_unit_id, at=signed.clock.at)[0]
    table = mapping(tmp_path / "m.csv", f"instance=a,system:{system.name},=1,60")
    signed.run(*take(signed, answer(tmp_path / "a.json", a=[[begun, "1"]]), table))
    facts = signed.run("evidence", "facts", signed.number)
    contrary = answer(tmp_path / "b.json", a=[[begun, "0"], [begun + 60, "1"]])
    said = signed.refused("evidence.conflict", *take(signed, contrary, table))
    assert system.id in said
    assert "市平台" in said
    assert signed.run("evidence", "facts", signed.number) == facts
    assert signed.run(*take(signed, contrary, table, label="另一份")) == "导入 2 条，已有 0 条\n"
    today = render_local(signed.clock.at)[:10]
    signed.clock.advance(timedelta(days=1))
    signed.run("evidence", "close-day", signed.number, today)
    late = answer(tmp_path / "c.json", a=[[begun, "1"], [begun + 120, "1"]])
    signed.refused("evidence.day_closed", *take(signed, late, table))
    assert signed.run(*take(signed, answer(tmp_path / "a.json", a=[[begun, "1"]]), table)) == "导入 0 条，已有 1 条\n"
    assert signed.run(*take(signed, late, table, label="迟到的")) == "导入 2 条，已有 0 条\n"


def test_what_zabbix_hands_out_becomes_observations_and_samples_of_a_resource(signed: Session, tmp_path: Path) -> None:
    begun = begin_of(signed)
    signed.run(*order(signed, "network", "n1"))
    history = [{"itemid": "5", "clock": str(begun + 60 * number), "ns": "0", "value": "0.25"} for number in range(3)]
    trend = [{"itemid": "6", "clock": str(begun), "num": "60", "value_min": "1", "value_avg": "1", "value_max": "1"}]
    table = mapping(tmp_path / "m.csv", "itemid=5,n1,,,,load,1000", "itemid=6,n1,=1,60,icmp,,", "itemid=7,-")
    path = tmp_path / "z.json"
    path.write_text(json.dumps({"jsonrpc": "2.0", "result": history + trend, "id": 1}), "utf-8")
    assert signed.run(*take(signed, path, table, "zabbix")).splitlines()[0] == "导入 4 条，已有 0 条"
    assert signed.run(*take(signed, path, table, "zabbix")).splitlines()[0] == "导入 0 条，已有 4 条"
    with signed.installation() as site, site.database.read() as connection:
        from yunqi.store.resources import require_resource
        from yunqi.store.samples import list_samples

        at = signed.clock.at
        resource = require_resource(connection, "n1")
        samples = list_samples(connection, resource.id, start_at=at - timedelta(days=1), end_at=at)
    assert [(one.meter, one.value) for one in samples] == [("load@市平台", 250)] * 3
    path.write_text(json.dumps([history[0] | {"value": "0.5"}]), "utf-8")
    signed.refused("evidence.conflict", *take(signed, path, table, "zabbix"))


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (["instance=a,res-of-nobody,=1,60"], "mapping.object"),
        (["instance=a,system:没有的,=1,60"], "mapping.object"),
        (["instance=a,platform,,,,cpu,1"], "mapping.no_resource"),
        (["instance=b,platform,=1,60"], "mapping.series"),
        (["instance=a,platform,=1,"], "evidence.rows"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_and_nothing_is_taken(
    signed: Session, tmp_path: Path, rows: list[str], code: str
) -> None:
    path = answer(tmp_path / "a.json", a=[[begin_of(signed), "1"]])
    facts = signed.run("evidence", "facts", signed.number)
    signed.refused(code, *take(signed, path, mapping(tmp_path / "m.csv", *rows)))
    signed.refused(
        "mapping.missing", "evidence", "import", signed.number, path, "--label", "x", "--format", "prometheus"
    )
    assert signed.run("evidence", "facts", signed.number) == facts


def test_what_is_asked_for_over_http_is_taken_in_once(signed: Session, tmp_path: Path, zabbix: str) -> None:
    begun = signed.clock.at - timedelta(hours=2)
    table = mapping(tmp_path / "m.csv", "itemid=11,platform,=1,60")
    (tmp_path / "token").write_text("secret\n", "utf-8")

    def pull(*words: object) -> tuple[object, ...]:
        span = ("--from", begun.isoformat(), "--until", (begun + timedelta(hours=1)).isoformat())
        return ("evidence", "pull", signed.number, *span, "--mapping", table, "--label", "厂商", *words)

    asked = ("--format", "zabbix", "--url", f"{zabbix}/api_jsonrpc.php", "--token-file", tmp_path / "token")
    assert signed.run(*pull(*asked, "--item", "11")) == "导入 60 条，已有 0 条\n"
    assert signed.run(*pull(*asked, "--item", "11")) == "导入 0 条，已有 60 条\n"
    signed.refused("mapping.series", *pull(*asked, "--item", "12"))
    signed.refused("monitor.question", *pull(*asked))
    signed.refused("monitor.question", *pull("--format", "prometheus", "--url", zabbix, "--item", "11"))
