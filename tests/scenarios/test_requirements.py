"""Next year's requirements from the use of a settled month, at the command line."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import openpyxl
from docx import Document
from tests.kits.session import Session

from yunqi.kernel.money import render_yuan


def test_requirements_follow_from_real_use(settled: Session, tmp_path: Path) -> None:
    words = ("contract", "requirements", settled.number, "--reserve", "0.1")
    data = json.loads(settled.run(*words, "--json"))["data"]
    assert data["unrecorded_months"]  # months of the term in which nobody recorded anything are no idle months
    assert data["start_on"] > "2026-07-01"
    assert {line["rule"] for line in data["lines"]} == {"measured", "once_short", "covered"}
    for line in data["lines"]:
        if line["rule"] != "measured":
            continue
        peak = Fraction(line["peak"])
        assert 0 < Fraction(line["average"]) <= peak
        assert Fraction(line["percentile"]) <= peak
        assert peak * Fraction(11, 10) <= Fraction(line["proposed"]) < peak * Fraction(11, 10) + 1
        assert line["budget_fen"] == round(Fraction(line["proposed"]) * Fraction(line["yuan"]) * 12 * 100)
    assert data["budget_fen"] == sum(line["budget_fen"] or 0 for line in data["lines"])
    assert {one["no"] for one in data["systems"]} == {
        line["no"] for line in data["lines"] if line["rule"] == "measured"
    }
    assert len(data["service_levels"]) > 3

    workbook, document = tmp_path / "next.xlsx", tmp_path / "next.docx"
    settled.run(*words, "-o", workbook)
    settled.run(*words, "-o", document)
    sheet = openpyxl.load_workbook(workbook, data_only=True)["需求清单"]
    assert any(cell.value == data["budget_fen"] / 100 for row in sheet.iter_rows() for cell in row)
    text = "".join(node.text or "" for node in Document(str(document)).element.iter() if node.tag.endswith("}t"))
    assert render_yuan(data["budget_fen"]) in text
    assert "期间峰值×（1＋预留10%）" in text
    assert "建议数量" in settled.run(*words)


def test_the_basis_and_the_period_are_asked_for(settled: Session) -> None:
    words = ("contract", "requirements", settled.number, "--json")
    average = json.loads(settled.run(*words, "--basis", "average"))["data"]["lines"][0]
    peak = json.loads(settled.run(*words))["data"]["lines"][0]
    assert Fraction(average["proposed"]) < Fraction(peak["proposed"])
    settled.refused("requirements.period", *words[:-1], "--from", "2026-08-01", "--to", "2026-07-01")
    settled.refused("date.unreadable", *words[:-1], "--from", "2026-13-01")
