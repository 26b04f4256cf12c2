"""The style guide: every component with example data. Only where the console is made with `dev`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path

import yaml
from fastapi import APIRouter
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import unknown_object
from yunqi.web import badges, figures
from yunqi.web.page import Page, PageOf
from yunqi.web.style import make_examples, make_source
from yunqi.web.tables import Column, Empty, Filter, Query, Rows, Table

router = APIRouter(prefix="/_style")
_NOW = datetime(2026, 3, 31, 1, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """An example row."""

    id: str
    name: str
    owner: str
    phase: str
    vcpus: int
    fee_fen: int | None
    share: Fraction | None
    at: datetime
    on: date


@cache
def _words(language: str) -> dict[str, str]:
    pairs = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    place = ("zh", "en").index(language)
    return {name: pair[place] for name, pair in pairs.items()}


def _say(page: Page) -> dict[str, str]:
    return _words(page.language)


def _rows(page: Page) -> list[Row]:
    say = _say(page)
    phases = list(badges.STATES["resource"])
    rows = [
        Row(
            f"r{number:03d}",
            f"{say['row_name']}-{number:02d}",
            say["owner_long"] if number == 1 else say["owner"],
            phases[number % len(phases)],
            4 * number,
            None if number == 3 else 4_845_283_52 * number,
            None if number == 2 else Fraction(44639, 44640) if number % 2 else Fraction(9999, 10000),
            _NOW - timedelta(hours=7 * number),
            date(2026, 3, 1) + timedelta(days=number),
        )
        for number in range(55)
    ]
    rows[4] = Row("r004", "=1+1", "@SUM(A1)", "ready", 1, -5, Fraction(1), _NOW, date(2026, 3, 1))
    return rows


def _table(page: Page) -> Table:
    say = _say(page)
    return Table(
        "examples",
        say["list"],
        (
            Column("name", say["name"], link=lambda row: page.url(f"/_style/{row.id}"), sort="name", main=True),
            Column("owner", say["owner_head"]),
            Column("phase", say["phase"], "state", of="resource"),
            Column("vcpus", say["vcpus"], "int", sort="vcpus"),
            Column("fee_fen", say["fee"], "money", sort="fee_fen"),
            Column("share", say["share"], "percent"),
            Column("at", say["at"], "instant"),
            Column("on", say["on"], "date"),
        ),
        filters=(
            Filter("q", say["name"]),
            Filter("phase", say["phase"], tuple((code, badges.state_words("resource", code)) for code in _PHASES)),
            Filter("month", say["month"], kind="month"),
        ),
        empty=Empty(say["empty"], say["empty_more"], page.url("/_style/form"), say["first"], "server"),
    )


_PHASES = tuple(badges.STATES["resource"])


@router.get("")
def show_components(page: PageOf) -> Response:
    """Everything on one page."""
    say = _say(page)

    def read(query: Query) -> Rows:
        rows = [
            row
            for row in _rows(page)
            if query.filters.get("q", "") in row.name and query.filters.get("phase", row.phase) == row.phase
        ]
        if query.sort:
            rows.sort(key=lambda row: str(getattr(row, query.sort.lstrip("-"))), reverse=query.sort.startswith("-"))
        start = int(query.cursor or 0)
        end = start + query.limit
        return Rows(rows[start:end], str(end) if end < len(rows) else "", len(rows))

    now = page.console.clock.now()
    minutes = timedelta(minutes=1)
    return page.show_list(
        "style/index.html",
        _table(page),
        read,
        say=say,
        states=badges.STATES,
        facts=[
            (say["name"], say["owner_long"]),
            (say["phase"], badges.state("resource", "ready")),
            (say["fee"], figures.money(121132088)),
            (say["at"], figures.instant(_NOW, seconds=True)),
            (say["share"], figures.percent(Fraction(44639, 44640))),
            (say["on"], None),
            (say["reason"], say["warning_more"], True),
        ],
        clocks=[
            (now + 3000 * minutes, now),
            (now + 23 * minutes, now - 97 * minutes),
            (now - 61 * minutes,),
            (now, now, now - minutes),
            (now, now, now + 90 * minutes),
        ],
    )


@router.get("/more")
def show_more(page: PageOf) -> Response:
    """Plots, events, deadlines, sources, changes, deeds."""
    say = _say(page)
    return page.render("style/more.html", say=say, **make_examples(say, page.console.clock.now()))


@router.get("/source")
def show_source(page: PageOf) -> Response:
    """The words behind a figure; opens in the drawer."""
    return page.render("style/source.html", say=_say(page), source=make_source(_say(page)))


@router.get("/delete")
def show_delete(page: PageOf) -> Response:
    """The page that asks once more; opens as a dialog."""
    return page.render("style/delete.html", say=_say(page))


@router.post("/delete")
def delete(page: PageOf) -> Response:
    """Refuses when the name was not typed."""
    try:
        _register(page, "typed")
    except Problem as problem:
        return page.refuse("style/delete.html", problem, say=_say(page))
    return page.redirect("/_style", said=_say(page)["saved"])


@router.get("/empty")
def show_empty(page: PageOf) -> Response:
    """A list without a row."""
    return page.show_list("style/empty.html", _table(page), lambda _query: Rows(()), say=_say(page))


def _choices(page: Page) -> dict[str, object]:
    say = _say(page)
    return {
        "say": say,
        "grades": [("2", say["grade_2"]), ("3", say["grade_3"])],
        "facings": [("in", say["facing_in"], say["facing_in_more"]), ("out", say["facing_out"])],
    }


@router.get("/form")
def show_form(page: PageOf) -> Response:
    """A form with every kind of field."""
    return page.render("style/form.html", **_choices(page))


def _register(page: Page, field: str = "name") -> None:
    if not page.form.text(field):
        raise Problem("example.name", "请填写", field=field, way_out="请核对后重新提交")


@router.post("/form")
def send_form(page: PageOf) -> Response:
    """Refuses a form without a name, else goes on with a sentence."""
    try:
        _register(page)
    except Problem as problem:
        return page.refuse("style/form.html", problem, **_choices(page))
    return page.redirect("/_style", said=f"{_say(page)['saved']} {page.form.text('name')}")


@router.get("/left")
def show_left(page: PageOf, vcpus: str = "") -> Response:
    """What is left while one types, as a part of the page."""
    return page.render("style/left.html", say=_say(page), vcpus=vcpus)


@router.get("/refused")
def show_refusal() -> Response:
    """An error page."""
    raise unknown_object()


@router.get("/bug")
def show_bug(page: PageOf) -> Response:
    """What a bug looks like from outside."""
    raise RuntimeError(f"an example of a bug at {page.path}")


@router.get("/sign-in")
def show_sign_in(page: PageOf) -> Response:
    """The sign-in page, which sends nowhere here."""
    return page.render("sign_in/page.html", ways=[(_say(page)["other_way"], page.url("/_style"))])
