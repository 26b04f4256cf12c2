"""The review's findings as a document and a workbook: all of them, the gravest first, opened by other programs."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import docx
import openpyxl
import pytest
from tests.kits.session import SAMPLE, SMALL

from yunqi.contract.review.codes import load_codes
from yunqi.operations.contracts import read_file
from yunqi.reports.opinion import SEVERITIES, SUBJECTS, render_opinion, render_opinion_table, sort_findings

MADE = {"made_at": datetime(2026, 11, 26, 1, tzinfo=UTC), "by": "云契"}


@pytest.fixture(scope="module", params=[SAMPLE, SMALL], ids=["sample", "small"])
def data(request: pytest.FixtureRequest) -> dict:
    return read_file(request.param).data


def test_every_subject_has_its_word() -> None:
    assert {one.subject for one in load_codes().values()} == set(SUBJECTS)


def test_the_document_tells_every_finding(data: dict) -> None:
    content = render_opinion(data, **MADE)
    assert render_opinion(data, **MADE) == content
    opened = docx.Document(io.BytesIO(content))
    words = "\n".join(one.text for one in opened.paragraphs)
    for one in data["findings"]:
        assert one["message"] in words
        assert all(each["text"] in words for each in one["sources"])
        assert not one["proposal"] or one["proposal"] in words
    (overview,) = opened.tables
    assert len(overview.rows) == len(data["findings"]) + 1
    grave = [row.cells[1].text for row in overview.rows[1:]]
    assert grave == [SEVERITIES[one["severity"]] for one in sort_findings(data["findings"])]
    assert grave == sorted(grave, key=list(SEVERITIES.values()).index)


def test_the_workbook_has_a_row_each(data: dict) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(render_opinion_table(data, **MADE))).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[3] for row in rows] == [one["message"] for one in sort_findings(data["findings"])]
    assert all(row[1] in SEVERITIES.values() for row in rows)


def test_a_contract_without_findings_says_so(data: dict) -> None:
    opened = docx.Document(io.BytesIO(render_opinion({**data, "findings": []}, **MADE)))
    assert "未发现矛盾或者空缺。" in [one.text for one in opened.paragraphs]
    assert not opened.tables


def test_libreoffice_opens_it(data: dict, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    assert office is not None, "LibreOffice is missing: make test installs it"
    path = tmp_path / "opinion.docx"
    path.write_bytes(render_opinion(data, **MADE))
    command = [
        office,
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "pdf",
        path.name,
    ]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=120, capture_output=True)
    assert (tmp_path / "opinion.pdf").read_bytes().startswith(b"%PDF")
