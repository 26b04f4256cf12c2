"""The sample month in the tour: monitoring data as files, labelled as sample; then what was open is settled."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

from yunqi.cli.tour.cast import Cast
from yunqi.cli.tour.deliver import Say
from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Month, Span, date_of, subtract
from yunqi.kernel.words import _
from yunqi.operations.cases import add_event, open_adjudication
from yunqi.operations.foreign import import_file
from yunqi.operations.installation import Installation
from yunqi.operations.months import close_month
from yunqi.operations.readings import agree_reading
from yunqi.store.checks import from_micro
from yunqi.store.contracts import require_contract
from yunqi.store.price_lines import list_price_lines
from yunqi.store.statements import StatementRow

LABEL = "样例监测数据"
AGREEMENT = "补充协议-样例-01"
CHOICES = {
    "availability.window": "month",
    "availability.object": "platform",
    "availability.unknown_time": "excluded",
    "fee_base": "contract",
    "average.population": "faults",
    "average.window": "month",
}
"""What the parties of the sample agree; for every other point the first choice."""
_ROUNDS = 4
# day, start, minutes down, minutes to report, respond, arrive, locate; which systems; whether the platform as a whole
_OUTAGES = (
    (9, (9, 12), 41, 3, 26, 95, 38, (0,), True),
    (16, (14, 30), 36, 5, 30, 80, 34, (4,), False),
    (23, (2, 5), 33, 4, 17, 60, 30, (7,), False),
)


def month_of(at: datetime) -> Month:
    """The calendar month of an instant."""
    on = date_of(at)
    return Month(on.year, on.month)


def plan_month(installation: Installation, cast: Cast) -> Month:
    """The last month that is over and within the term; raises `Problem` tour.no_month."""
    with installation.database.read() as connection:
        contract = require_contract(connection, cast.first.contract_id)
    this = month_of(installation.clock.now())
    last = month_of_date(this.start_on - timedelta(days=1))
    if contract.start_on is None or contract.start_on > last.end_on:
        raise Problem(
            "tour.no_month",
            "样例合同的服务期（自 {start} 起）内还没有结束的月份",
            field="month",
            start=contract.start_on,
            way_out="请在服务期第一个月结束之后运行演示",
        )
    return last


def month_of_date(on: date) -> Month:
    """The calendar month of a date."""
    return Month(on.year, on.month)


def import_sample_month(installation: Installation, cast: Cast, month: Month, say: Say) -> None:
    """Writes the sample files of a month and imports them, each whole; told again they add nothing."""
    folder = installation.settings.home / "evidence" / f"sample-{month}"
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for path in (
        _write_results(folder, cast, month),
        _write_incidents(folder, cast, month),
        _write_usages(installation, folder, cast, month),
    ):
        written += import_file(installation, cast.first.contract, path, label=LABEL, sample=True).written
    say(_("导入 {count} 条记录，来源「{label}」，处处标为样例：{folder}", count=written, label=LABEL, folder=folder))


def _outages(month: Month) -> Iterable[tuple[Span, tuple[int, ...], bool]]:
    for day, (hour, minute), length, *_clocks, systems, platform in _OUTAGES:
        start = month.span.start_at + timedelta(days=day - 1, hours=hour, minutes=minute)
        yield Span(start, start + timedelta(minutes=length)), systems, platform


def _write_results(folder: Path, cast: Cast, month: Month) -> Path:
    objects = {"platform": [span for span, _s, platform in _outages(month) if platform]}
    for number, name in enumerate(cast.first.systems):
        objects[f"system:{name}"] = [span for span, systems, _p in _outages(month) if number in systems]
    rows = []
    for name, down in objects.items():
        for stretch in _days(month):
            parts = [(span, "up") for span in subtract([stretch], down)]
            parts += [(part, "down") for span in down if (part := span.intersect(stretch)) is not None]
            rows += [(name, "http", render_local(s.start_at), render_local(s.end_at), v) for s, v in sorted(parts)]
    return _write(folder / "results.csv", ("object", "probe", "start", "end", "verdict"), rows)


def _days(month: Month) -> Iterable[Span]:
    start = month.span.start_at
    while start < month.span.end_at:
        yield Span(start, start + timedelta(days=1))
        start += timedelta(days=1)


def _write_incidents(folder: Path, cast: Cast, month: Month) -> Path:
    rows = []
    for number, ((span, systems, _platform), given) in enumerate(zip(_outages(month), _OUTAGES, strict=True), 1):
        system = cast.first.systems[systems[0]]
        _day, _start, _length, report, respond, arrive, locate, *_rest = given
        times = [
            render_local(span.start_at + timedelta(minutes=minutes)) for minutes in (report, respond, arrive, locate)
        ]
        rows.append(
            (
                f"{month}-{number:02d}",
                _("{system}访问中断", system=system),
                f"system:{system}",
                render_local(span.start_at),
                system,
                *times,
                render_local(span.end_at),
                (_("存储控制器切换失败"), _("数据库主备切换异常"), _("网络设备升级后路由丢失"))[number - 1],
            )
        )
    head = ("number", "title", "object", "occurred", "system", "reported", "responded", "arrived", "located")
    return _write(folder / "incidents.csv", (*head, "recovered", "cause"), rows)


def _write_usages(installation: Installation, folder: Path, cast: Cast, month: Month) -> Path:
    start, end = month.span.start_at, month.span.end_at
    middle = start + timedelta(days=14)
    with installation.database.read() as connection:
        lines = list_price_lines(connection, cast.first.contract_id, at=start)
    rows = []
    for line in lines:
        if line.quantity_micro is None:
            continue
        full = int(from_micro(line.quantity_micro))
        if line.draw_kind != "span":  # drawn once, not held
            rows.append((line.no, full // 4 or 1, render_local(middle), render_local(end)))
            continue
        early = full if full < 10 else full * 92 // 100
        rows.append((line.no, early, render_local(start), render_local(middle)))
        rows.append((line.no, full, render_local(middle), render_local(end)))
    return _write(folder / "usages.csv", ("line", "quantity", "start", "end"), rows)


def _write(path: Path, head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)
    return path


def agree_and_find(installation: Installation, cast: Cast, row: StatementRow, say: Say) -> None:
    """Both parties agree the open readings and confirm the findings, until nothing that they can settle is open."""
    side = cast.first
    for _round in range(_ROUNDS):
        points = [one for one in row.data["open_points"] if one["kind"] != "evidence"]
        if not points:
            return
        readings = [one for one in points if one["kind"] == "reading"]
        for point in readings or points:  # what is agreed may leave less to find
            code = str(point["code"])
            if point["kind"] == "reading":
                value = CHOICES.get(code, str(point["choices"][0]["choice"]))
                agree_reading(
                    installation,
                    side.contract,
                    code,
                    value,
                    agreement=AGREEMENT,
                    using_unit_person=side.approver,
                    provider_person=side.lead,
                )
                say(_("双方约定 {code} = {value}（{question}）", code=code, value=value, question=point["question"]))
            else:
                _find(installation, cast, code, say)
        row = close_month(installation, side.contract, row.month)


def _find(installation: Installation, cast: Cast, code: str, say: Say) -> None:
    question, _at, event = code.partition("@")
    found = open_adjudication(
        installation,
        contract_id=cast.first.contract_id,
        event=event,
        question=question,
        answer="yes" if question == "responsible" else "no",
        evidence=_("样例：双方会议纪要"),
        person_id=cast.first.clerk,
    )
    for person in (cast.first.approver, cast.first.lead):
        add_event(installation, found.id, "confirm", person_id=person)
    say(
        _(
            "双方认定 {number}：{question} = {answer}",
            number=found.number,
            question=question,
            answer=found.data["answer"],
        )
    )
