"""Ids, instants and words."""

from __future__ import annotations

import gettext
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunqi.kernel.clock import FixedClock, SystemClock, parse_instant, render_instant, require_utc
from yunqi.kernel.errors import Problem, Trouble, YunqiError
from yunqi.kernel.ids import is_id, make_id
from yunqi.kernel.words import _, render_error, render_sentence, render_way_out, use_catalogue

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(1000, 1, 1), datetime(9998, 12, 31), timezones=zones))  # noqa: DTZ001
def test_instants_come_back_and_sort_as_text(at: datetime) -> None:
    text = render_instant(at)
    assert parse_instant(text) == at
    assert (text < render_instant(at + timedelta(microseconds=1))) is True


def test_a_time_without_a_zone_is_refused() -> None:
    for call in (lambda: parse_instant("2026-01-01T00:00:00"), lambda: require_utc(datetime(2026, 1, 1))):  # noqa: DTZ001
        with pytest.raises(ValueError, match="without a time zone"):
            call()


def test_clocks() -> None:
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    clock.advance(timedelta(minutes=5))
    assert clock.now() == datetime(2026, 1, 1, 0, 5, tzinfo=UTC)
    assert SystemClock().now().utcoffset() == timedelta()


@pytest.mark.parametrize(
    "text", ["", "srv", "srv-", "srv-" + "0" * 25, "srv-" + "i" * 26, "SRV-" + "0" * 26, "../" + "0" * 26]
)
def test_what_is_no_id(text: str) -> None:
    assert not is_id(text)


def test_an_id_with_a_line_break_is_none() -> None:
    made = make_id("srv")
    assert is_id(made)
    assert not is_id(made + "\n")


def test_an_error_is_said_with_its_values_in_the_language_of_the_user() -> None:
    error = Problem("a.b", "数量「{value}」不对", field="count", value="{x}", way_out="请填写 {low} 以上", low=1)
    assert (error.code, error.field) == ("a.b", "count")
    assert render_error(error) == "数量「{x}」不对。请填写 1 以上"

    class English(gettext.NullTranslations):
        def gettext(self, message: str) -> str:
            return {"数量「{value}」不对": 'wrong count "{value}"', "请填写 {low} 以上": "give {low} or more"}[message]

    use_catalogue(English())
    assert render_sentence(error) == 'wrong count "{x}"'
    assert render_way_out(error) == "give 1 or more"


def test_a_place_without_a_value_is_shown_and_does_not_hide_the_error() -> None:
    assert render_error(Trouble("a.b", "缺 {what}")) == "缺 {what}"
    assert "a.b" in str(Trouble("a.b", "缺 {what}"))
    assert issubclass(Problem, YunqiError)
    assert not issubclass(Problem, Trouble)


def test_words_with_places() -> None:
    assert _("共 {count} 行", count=3) == "共 3 行"
    assert _("{不是占位}") == "{不是占位}"
