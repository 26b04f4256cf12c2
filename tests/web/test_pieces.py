"""What pages are made of, without a browser: forms, figures, clocks, tables, changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from pydantic import Field, ValidationError
from starlette.datastructures import FormData

from yunqi.kernel.errors import Problem
from yunqi.web import clocks, figures
from yunqi.web.console import Console
from yunqi.web.diffs import compare, compare_text
from yunqi.web.forms import form_of
from yunqi.web.plots import Plot, Series, plot_json
from yunqi.web.tables import Column, Filter, Listing, Query, Rows, Table, query_of, read_all
from yunqi.wire.base import Request

NOW = datetime(2026, 3, 31, 1, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Order(Request):
    name: Annotated[str, Field(min_length=1, max_length=4)]
    vcpus: Annotated[int, Field(ge=1, le=64)] = 1


def test_a_form_keeps_everything_and_says_what_is_wrong_where() -> None:
    form = form_of(FormData([("name", " 门户 "), ("vcpus", "65"), ("days", "1"), ("days", "2"), ("_csrf", "t")]))
    assert (form.text("name"), form.number("vcpus"), form.chosen("days")) == ("门户", 65, ("1", "2"))
    assert "_csrf" not in form.values
    with pytest.raises(ValidationError) as refused:
        Order(name="", vcpus=65)
    again = form.refused(refused.value)
    assert [(each.field, each.sentence) for each in again.refusals] == [("name", "请填写"), ("vcpus", "应不大于 64")]
    assert again.value("name") == " 门户 "
    assert again.key != form.key
    with pytest.raises(Problem, match=r"form\.number"):
        form.number("name")
    with pytest.raises(Problem, match=r"form\.file"):
        form.upload("paper")


def test_a_form_sent_again_is_the_same_deed_and_with_something_else_another() -> None:
    sent = form_of(FormData([("_key", "k" * 200), ("event", "file"), ("reason", "甲")]))
    again = form_of(FormData([("_key", "k" * 200), ("reason", "甲"), ("event", "file")]))
    other = form_of(FormData([("_key", "k" * 200), ("event", "reject"), ("reason", "甲")]))
    assert sent.key_of("order", "/a") == again.key_of("order", "/a")
    assert len({one.key_of(*deed) for one in (sent, other) for deed in (("order", "/a"), ("order", "/b"))}) == 4
    assert len(sent.key_of("order", "/a")) == 40


@given(st.integers(-(10**15), 10**15))
def test_money_is_exact(fen: int) -> None:
    shown = figures.money(fen).striptags().replace("¥", "").replace(",", "")
    assert Fraction(shown) * 100 == fen


def test_what_is_not_known_is_a_dash_and_never_zero() -> None:
    for shown in (figures.money(None), figures.percent(None), figures.instant(None), figures.day(None)):
        assert shown.striptags() == "—"
    assert figures.money(0).striptags() == "¥0.00"
    assert figures.percent(Fraction(99999, 100000)).striptags() == "99.999%"


@pytest.mark.parametrize(
    ("left", "start", "colour"),
    [
        (-1 * MINUTE, None, "red"),
        (0 * MINUTE, None, "orange"),
        (15 * MINUTE, None, "orange"),
        (16 * MINUTE, None, "blue"),
        (23 * MINUTE, -97 * MINUTE, "orange"),
        (25 * MINUTE, -97 * MINUTE, "blue"),
    ],
)
def test_urgency(left: timedelta, start: timedelta | None, colour: str) -> None:
    assert clocks.urgency(NOW, NOW + left, NOW + start if start is not None else None) == colour


def test_a_clock_that_stopped_says_whether_it_was_in_time() -> None:
    assert clocks.render_clock(NOW, NOW, None, NOW).striptags() == "按时"
    assert clocks.render_clock(NOW, NOW, None, NOW + 61 * MINUTE).striptags() == "超期 1 小时 1 分钟"
    assert clocks.render_clock(NOW, NOW + 23 * MINUTE).striptags() == "剩 23 分钟"


TABLE = Table("t", "t", (Column("a", "A", sort="a", main=True), Column("b.c", "B")), (Filter("q", "Q"),))


def test_an_address_asks_for_no_more_than_there_is() -> None:
    query = query_of(TABLE, {"q": " x ", "sort": "-a", "limit": "50", "cursor": "c", "evil": "1"})
    assert query == Query({"q": "x"}, "-a", "c", 50)
    assert query_of(TABLE, {"sort": "password", "limit": "9999"}) == Query()


def test_links_of_a_listing_keep_filters() -> None:
    params = {"q": "x", "cursor": "c2", "back": "c1"}
    listing = Listing(TABLE, Rows([{"a": 1}], "c3"), query_of(TABLE, params), "/t", params)
    assert listing.next_link == "/t?q=x&cursor=c3&back=c2"
    assert listing.previous_link == "/t?q=x&cursor=c1"
    assert listing.first_link == listing.sort_link(TABLE.columns[0]).replace("&sort=a", "") == "/t?q=x"
    assert listing.clear_link == "/t"
    assert listing.export_link == "/t?q=x&format=xlsx"


def test_a_cell_takes_items_and_attributes_and_escapes_both() -> None:
    assert TABLE.columns[1].render({"b": {"c": "<b>"}}) == Markup("&lt;b&gt;")
    assert TABLE.columns[1].render({"b": None}).striptags() == "—"
    linked = Column("a", "A", link=lambda row: f"/x/{row['a']}", main=True)
    assert str(linked.render({"a": '"><script>'})).count("<script>") == 0


def test_a_workbook_reads_every_page_once() -> None:
    pages = {"": Rows([1, 2], "x"), "x": Rows([3], "y"), "y": Rows([4], "y")}
    assert list(read_all(lambda query: pages[query.cursor], Query())) == [1, 2, 3, 4]


def test_changes_show_both_sides_and_escape_them() -> None:
    changes = compare({"a": "1", "b": "x"}, {"a": "1", "b": "<y>", "c": 3}, {"b": "乙", "a": "甲"})
    assert [(each.name, each.kind) for each in changes] == [("乙", "changed"), ("c", "added")]
    assert changes[0].after == Markup("<ins>&lt;y&gt;</ins>")


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_change_loses_no_word(before: str, after: str) -> None:
    left, right = compare_text(before, after)
    for shown, text in ((left, before), (right, after)):
        bare = str(shown)
        for mark in ("<ins>", "</ins>", "<del>", "</del>"):
            bare = bare.replace(mark, "")
        assert Markup(bare).unescape() == text  # noqa: S704


def test_data_of_a_plot_ends_no_element() -> None:
    plot = Plot("</script><b>", "line", (Series("a", [(NOW, None), (NOW + MINUTE, Fraction(1, 2))]),))
    assert "<" not in plot_json(plot)
    assert plot.data()["series"][0]["points"][0][1] is None
    assert plot.table()[1][0][1] == "—"


def test_tags_of_two_purposes_and_two_installations_differ() -> None:
    one, other = (Console(None, lambda _request: None, secret * 32) for secret in (b"a", b"b"))
    tag = one.sign("form", "x")
    assert one.is_signed("form", "x", tag)
    assert not one.is_signed("said", "x", tag)
    assert not one.is_signed("form", "y", tag)
    assert not other.is_signed("form", "x", tag)
    assert not one.is_signed("form", "x", "密")
