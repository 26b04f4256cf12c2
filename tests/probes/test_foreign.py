from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select
from tests.kits.world import NOW, build_world

from yunqi.kernel.errors import Problem
from yunqi.kernel.period import day_start
from yunqi.probes import foreign
from yunqi.probes.foreign import read_foreign, render_csv_columns
from yunqi.probes.foreign_rows import RowError, list_error_lines
from yunqi.store.cases import find_case, open_case
from yunqi.store.chain import close_day
from yunqi.store.database import Database
from yunqi.store.evidence_import import ForeignEvidence, ForeignIncident, ImportCount, import_evidence
from yunqi.store.facts import list_facts
from yunqi.store.signing import load_signing_key
from yunqi.store.tables import metadata
from yunqi.store.verdicts import list_verdicts

RESULTS = """对象,开始时间,结束时间,判定,说明
platform,2026-02-01 00:00:00,2026-02-03 12:00:00,正常,
platform,2026-02-03 12:00:00,2026-02-03 12:30:00,中断,电源
platform,2026-02-03T04:30:00Z,2026-02-04T00:00:00+08:00,up,
"""
OUTAGES = "object,start,end,cause\nsystem:a,2026-02-03 12:00,2026-02-03 12:30,电源\n"
INCIDENTS = """编号,标题,对象,信息系统,发生时间,报告时间,响应时间,解决时间
F-1,机房断电,platform,办事大厅,2026-02-03 12:00,2026-02-03 12:05,2026-02-03 12:20,2026-02-03 12:30
"""


def test_results_outages_and_incidents_are_told_by_their_columns() -> None:
    results = read_foreign(RESULTS.encode()).results
    assert [one.verdict for one in results] == ["up", "down", "up"]
    assert results[0].start_at == datetime(2026, 1, 31, 16, tzinfo=UTC)
    assert results[1].end_at == results[2].start_at
    (outage,) = read_foreign(OUTAGES.encode()).outages
    assert (outage.object, outage.end_at - outage.start_at, outage.cause) == ("system:a", timedelta(minutes=30), "电源")
    (incident,) = read_foreign(INCIDENTS.encode()).incidents
    assert [step for step, _ in incident.steps] == ["reported", "responded", "recovered"]
    assert incident.system == "办事大厅"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_encodings_and_line_ends_of_office_programs(encoding: str, ending: str) -> None:
    content = RESULTS.replace("\n", ending).encode(encoding)
    assert read_foreign(content) == read_foreign(RESULTS.encode())


def test_a_time_without_zone_is_read_as_said_or_refused() -> None:
    utc = read_foreign(OUTAGES.encode(), zone=UTC).outages[0]
    beijing = read_foreign(OUTAGES.encode()).outages[0]
    assert utc.start_at - beijing.start_at == timedelta(hours=8)
    with pytest.raises(Problem) as caught:
        read_foreign(OUTAGES.encode(), zone=None)
    assert "时区" in next(list_error_lines(caught.value))


BAD_ROWS = [
    ("platform,昨天,2026-02-02 00:00,up,", "start", "昨天"),
    ("platform,2026-02-30 00:00,2026-03-02 00:00,up,", "start", "2026-02-30 00:00"),
    ("platform,2026-02-02 00:00,2026-02-02 00:00,up,", "end", "2026-02-02 00:00"),
    ("platform,2026-02-02 00:00,2026-02-01 00:00,up,", "end", "2026-02-01 00:00"),
    ("platform,2026-02-02 00:00,2026-02-03 00:00,还行,", "verdict", "还行"),
    (",2026-02-02 00:00,2026-02-03 00:00,up,", "object", ""),
    ("platform,2026-02-02 00:00,2026-02-03 00:00,,", "verdict", ""),
    ("platform,2026-02-02 00:00,2026-02-03 00:00,up,a,b", "row", "6"),
    ("platform,2026-02-01 00:00:00,2026-02-03 00:00,up,", "start", "2026-02-01 00:00:00"),
    ("a\u202eb,2026-02-02 00:00,2026-02-03 00:00,up,", "object", "'a\\u202eb'"),
    ("x" * 121 + ",2026-02-02 00:00,2026-02-03 00:00,up,", "object", "x" * 20 + "…"),
]


@pytest.mark.parametrize(("row", "field", "value"), BAD_ROWS)
def test_a_bad_row_is_named_with_line_field_and_value(row: str, field: str, value: str) -> None:
    with pytest.raises(Problem) as caught:
        read_foreign((RESULTS + row + "\n").encode())
    assert caught.value.code == "evidence.rows"
    error: Any = caught.value.values["errors"]
    assert isinstance(error[0], RowError)
    assert (error[0].line, error[0].field, error[0].value) == (5, field, value)
    assert error[0].reason


def test_every_bad_row_is_reported_at_once() -> None:
    content = RESULTS + "".join(f"platform,坏{number},2026-02-09,up,\n" for number in range(30))
    with pytest.raises(Problem) as caught:
        read_foreign(content.encode())
    assert caught.value.values["count"] == 30
    assert len(list(list_error_lines(caught.value))) == 30


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "evidence.columns"),
        (b"a,b,c\n1,2,3\n", "evidence.columns"),
        ("对象,开始时间,判定\nx,y,z\n".encode(), "evidence.columns"),
        ("对象,对象,开始时间,结束时间,判定\n".encode(), "evidence.columns"),
        ("对象,开始时间,结束时间,判定\n".encode(), "evidence.empty"),
        (b"\x00\x01\x02\xff\xfe", "evidence.encoding"),
        ('对象,开始时间,结束时间,判定\n"x,2026-01-01,2026-01-02,up\n'.encode(), "evidence.unreadable"),
    ],
)
def test_what_is_no_such_file_is_refused_clearly(content: bytes, code: str) -> None:
    with pytest.raises(Problem) as caught:
        read_foreign(content)
    assert caught.value.code == code
    assert caught.value.way_out


def test_a_file_of_100_mb_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(100 * 2**20)
    monkeypatch.setattr(Path, "read_bytes", lambda _self: pytest.fail("it was read"))
    with pytest.raises(Problem) as caught:
        read_foreign(path)
    assert (caught.value.code, caught.value.values["size"]) == ("evidence.too_large", 100)


def _enter(connection: Connection, incident: ForeignIncident, origin: str) -> None:
    assert origin == "import:旧平台"
    open_case(
        connection,
        kind="incident",
        contract_id=CONTRACT[0],
        title=incident.title,
        state="closed",
        data={},
        opened_at=incident.occurred_at,
        now=NOW,
        number=incident.number,
    )


CONTRACT = [""]


def _import(database: Database, evidence: ForeignEvidence, label: str = "旧平台") -> ImportCount:
    with database.write() as connection:
        return import_evidence(
            connection, CONTRACT[0], evidence, label=label, sample=True, now=NOW, enter_incident=_enter
        )


def _count(database: Database) -> dict[str, int]:
    with database.read() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }


def test_the_same_file_twice_adds_nothing_before_and_after_its_days_are_closed(
    database: Database, tmp_path: Path
) -> None:
    CONTRACT[0] = build_world(database).contract
    files = [read_foreign(text.encode()) for text in (RESULTS, OUTAGES, INCIDENTS)]
    counts = [_import(database, one) for one in files]
    assert [(one.results, one.outages, one.incidents) for one in counts] == [(5, 0, 0), (1, 1, 0), (0, 0, 1)]
    before = _count(database)
    again = [_import(database, one) for one in files]
    assert [(one.results, one.outages, one.incidents) for one in again] == [(0, 0, 0)] * 3
    assert _count(database) == before
    close_day(database, CONTRACT[0], date(2026, 2, 28), key=load_signing_key(tmp_path / "key"), now=NOW)
    before = _count(database)
    assert [_import(database, one).results for one in files] == [0, 0, 0]
    assert _count(database) == before
    with database.read() as connection:
        assert find_case(connection, "F-1", kind="incident") is not None
        (fact,) = list_facts(connection, CONTRACT[0], kind="outage.imported")
        streams = list_verdicts(
            connection, CONTRACT[0], start_at=day_start(date(2026, 2, 1)), end_at=day_start(date(2026, 3, 1))
        )
    assert (fact.origin, fact.sample) == ("import:旧平台", True)
    assert [(one.object, one.probe, one.sample, one.closed) for one in streams] == [
        ("platform", "foreign", True, True),
        ("system:a", "outage", True, True),
    ]
    assert [span.verdict for span in streams[0].spans] == ["up", "down", "up"]


def test_what_contradicts_an_earlier_import_is_refused_and_nothing_is_written(
    database: Database, tmp_path: Path
) -> None:
    CONTRACT[0] = build_world(database).contract
    _import(database, read_foreign(RESULTS.encode()))
    before = _count(database)
    other = RESULTS.replace("中断", "正常") + "platform,2026-02-05,2026-02-06,up,\n"
    with pytest.raises(Problem) as caught:
        _import(database, read_foreign(other.encode()))
    assert (caught.value.code, caught.value.values["known"], caught.value.values["given"]) == (
        "evidence.conflict",
        "down",
        "up",
    )
    assert _count(database) == before
    assert _import(database, read_foreign(other.encode()), "另一平台").results == 6
    close_day(database, CONTRACT[0], date(2026, 2, 28), key=load_signing_key(tmp_path / "key"), now=NOW)
    more = "对象,开始时间,结束时间,判定\nplatform,2026-02-01 08:00:00,2026-02-01 09:00:00,down\n"
    with pytest.raises(Problem) as caught:
        _import(database, read_foreign(more.encode()))
    assert caught.value.code == "evidence.day_closed"


def test_the_columns_stand_in_the_reference() -> None:
    reference = Path(foreign.__file__).parents[3] / "docs" / "reference" / "evidence-csv.md"
    assert render_csv_columns() in reference.read_text("utf-8")
