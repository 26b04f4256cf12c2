"""Readings at the command line: what is open with its figures, agreed, worked out, replaced, taken back."""

from __future__ import annotations

from tests.kits.session import Session

CODE = "availability.window"


def both(session: Session) -> tuple[str, ...]:
    assert session.cast is not None
    side = session.cast.first
    return "--using-unit-person", side.approver, "--provider-person", side.lead


def test_a_reading_is_worked_out_replaced_and_taken_back(settled: Session) -> None:
    listed = settled.run("reading", "list", settled.number)
    agreed, _gap, open_points = listed.partition("\n\n")
    assert f"{CODE} " in agreed
    assert "自何时起" in agreed
    assert "penalty.rounding" in open_points
    figures = settled.run("reading", "figures", settled.number, CODE)
    assert "已约定" in figures
    assert "合同年度" in figures
    words = ("--agreement", "会议纪要 9", "--from", "2026-11-01", *both(settled))
    settled.run("reading", "agree", settled.number, CODE, "term", *words)
    history = settled.run("reading", "history", settled.number)
    assert "已被替代" in history
    assert "会议纪要 9" in history
    assert "已撤销约定" in settled.run("reading", "withdraw", settled.number, CODE, *words)
    agreed, _gap, open_points = settled.run("reading", "list", settled.number).partition("\n\n")
    assert f"{CODE} " not in agreed
    assert f"{CODE} " in open_points
    assert "分钟" in open_points
    settled.refused("reading.none", "reading", "withdraw", settled.number, CODE, *words)
