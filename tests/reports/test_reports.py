"""Every report passes the kit; what a report alone promises stands below it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.kits.report import ReportKit, convert_to_pdf, read_pdf, squeeze, walk
from tests.reports.example_statement import make_statement, render_example

from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_yuan
from yunqi.reports import figures, fonts, list_reports, load_report, render_report

REPORTS = Path(figures.__file__).parent
STATEMENT_FREE = frozenset(
    {
        "title",
        "name",
        "text",
        "label",
        "question",
        "root_cause",
        "system",
        "using_unit",
        "provider",
        "formula",
        "by",
        "note",
    }
)


class StatementKit(ReportKit):
    """What every document of a statement shows."""

    free = STATEMENT_FREE
    required = "penalty_low_fen"

    def shown(self, data: dict[str, Any]) -> Iterator[str]:
        for path, value in walk(data):
            if path[-1].endswith("_fen") and value is not None and path[0] not in {"delivery", "contract", "trace"}:
                yield render_yuan(int(value))
        for line in data["delivery"]:
            yield line["name"]
            yield from (figures.quantity(line[key]) for key in ("contracted", "average", "peak", "at_end"))
        for level in data["levels"]:
            yield level["title"]
            yield figures.level_value(level["metric"], level["unit"], level["threshold"]).split()[0]
            yield from (item["label"] for item in level["alternatives"])
        for incident in data["incidents"]:
            yield incident["number"]
            yield incident["title"]
            for clock in incident["clocks"]:
                yield clock["clause"]
                yield from (figures.local(clock[key]) for key in ("started_at", "stopped_at") if clock[key])
        for candidate in data["candidates"]:
            yield from (candidate[key] for key in ("event", "clause", "text", "root_cause"))
        for point in data["open_points"]:
            yield point["question"]
            yield from (choice["label"] for choice in point["choices"])
        yield from (figures.day(item["due_on"]) for item in data["instalments"] if item["due_on"])
        yield from ("暂定", "样例", *data["sample_labels"], data["contract"]["number"], data["contract"]["title"])
        yield from data["contract"]["parties"].values()


class TracedKit(StatementKit):
    """The statement itself shows its trace as well."""

    def shown(self, data: dict[str, Any]) -> Iterator[str]:
        yield from super().shown(data)
        yield render_yuan(sum(line["total_fen"] or 0 for line in data["delivery"]))
        yield from (render_yuan(line["total_fen"]) for line in data["delivery"] if line["total_fen"])
        for node in data["trace"].values():
            yield from (node["label"], *node["facts"])
            if not node["id"].startswith("level."):  # a level is shown in the words of the table of levels
                yield from (node["value"], node["formula"])
            if node["source"]:
                yield node["source"]["text"]


class TestMonthly(StatementKit):
    name = "monthly"

    def test_a_final_month_has_no_banner(self, tmp_path: Path) -> None:
        text = self.read(self.make(make_final(), tmp_path))
        assert "暂定" not in text
        assert "样例数据" not in text
        assert "贰拾万零壹仟捌佰捌拾陆元捌角壹分" in text

    def test_obligations_are_shown_when_given(self, tmp_path: Path) -> None:
        duty = {
            "party": "云服务商",
            "text": "月度巡检报告",
            "due_on": "2026-04-05",
            "state": "已交",
            "evidence": "附件3",
        }
        text = self.read(self.make(self.example() | {"obligations": [duty]}, tmp_path))
        assert "八、义务与交付物" in text
        assert "月度巡检报告2026年4月5日已交附件3" in text
        assert "义务与交付物" not in self.read(self.make(self.example(), tmp_path))

    def test_the_template_is_what_its_program_writes(self) -> None:
        from yunqi.reports.monthly.make_layout import make_layout

        with zipfile.ZipFile(io.BytesIO(make_layout())) as made, zipfile.ZipFile(self.report.layout) as kept:
            assert made.read("word/document.xml") == kept.read("word/document.xml")
            assert made.read("word/styles.xml") == kept.read("word/styles.xml")


class TestStatementXlsx(TracedKit):
    name = "statement_xlsx"

    def test_money_is_a_number_and_totals_are_formulas_with_values(self, tmp_path: Path) -> None:
        path = self.make(self.example(), tmp_path)
        formulas, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
        assert formulas["价目交付"]["J37"].value == "=SUM(J7:J36)"
        assert values["价目交付"]["J37"].value == 4845283.52
        assert values["分期付款"]["B10"].value == 4845283.52
        assert formulas["违约与违约金"]["G10"].value == '=SUMIF(H7:H9,"采用（择其重者）",G7:G9)'
        assert values["违约与违约金"]["G10"].value == 201886.81

    def test_an_availability_just_missed_is_not_shown_as_reached(self, tmp_path: Path) -> None:
        data = self.example()
        data["levels"][0] |= {"measured": "9998999999/10000000000", "state": "breached", "alternatives": []}
        sheet = openpyxl.load_workbook(self.make(data, tmp_path))["服务水平"]
        assert sheet["E7"].value == 0.99989999
        assert sheet["E7"].number_format == "0.00####%"

    def test_many_facts_of_one_figure_go_on_in_further_rows(self, tmp_path: Path) -> None:
        data = self.example()
        data["trace"]["fee"]["facts"] = [f"fact-{number:022d}" for number in range(2000)]
        text = self.read(self.make(data, tmp_path))
        assert all(fact in text for fact in data["trace"]["fee"]["facts"])

    def test_a_quantity_that_the_contract_does_not_state_is_not_shown_as_zero(self, tmp_path: Path) -> None:
        data = self.example()
        data["delivery"][25]["contracted"] = None
        sheet = openpyxl.load_workbook(self.make(data, tmp_path))["价目交付"]
        assert (sheet["D32"].value, sheet["E32"].value) == ("—", 1)

    def test_what_was_not_metered_is_said_and_not_shown_as_zero(self, tmp_path: Path) -> None:
        data = self.example()
        data["delivery"][25] |= {"average": None, "peak": None, "at_end": None, "burst_average": None}
        sheet = openpyxl.load_workbook(self.make(data, tmp_path))["价目交付"]
        assert [sheet[f"{column}32"].value for column in "EFG"] == ["未计量"] * 3


class TestStatementPdf(TracedKit):
    name = "statement_pdf"

    def test_it_is_pdf_a_2b_with_its_fonts_inside(self, tmp_path: Path) -> None:
        content = self.make(self.example(), tmp_path).read_bytes()
        assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B" in content.replace(b"\n", b"").replace(b" ", b"")

    def test_the_text_is_the_golden_one(self, tmp_path: Path) -> None:
        golden = Path(__file__).with_name("statement_pdf.txt")
        text = read_pdf(self.make(self.example(), tmp_path)) + "\n"
        assert text == golden.read_text("utf-8")

    def test_a_ring_in_the_trace_is_still_shown(self, tmp_path: Path) -> None:
        data = self.example()
        data["trace"]["total"]["children"] = ["fee", "missing"]
        text = self.read(self.make(data, tmp_path))
        assert "见上" in text
        assert "缺失的节点" in text


class TestEraseCertificate(ReportKit):
    name = "erase_certificate"
    free = frozenset({"title", "name", "using_unit", "provider", "system", "operator", "approved_by", "requested_by"})
    required = "approved_by"

    def shown(self, data: dict[str, Any]) -> Iterator[str]:
        for path, value in walk(data):
            if isinstance(value, int):
                yield f"{value:,}"
            elif path[-1].endswith("_at"):
                yield figures.local(value)
            elif path[-1] not in {"medium", "kind"}:
                yield value

    def test_content_that_was_left_is_said_aloud(self, tmp_path: Path) -> None:
        data = self.example()
        data["erasures"][1]["nonzero_found"] = 4096
        text = self.read(self.make(data, tmp_path))
        assert "回读核验未通过" in text
        assert "4,096" in text
        assert "回读核验通过" not in text

    def test_a_short_read_back_proves_nothing(self, tmp_path: Path) -> None:
        data = self.example()
        data["erasures"][0]["bytes_read_back"] = data["erasures"][0]["bytes_overwritten"] - 1
        text = self.read(self.make(data, tmp_path))
        assert "回读的字节少于覆写的字节" in text
        assert "回读核验通过" not in text


def make_final() -> dict[str, Any]:
    """The example after its open points were settled, and with evidence of its own."""
    data: dict[str, Any] = json.loads(render_example("statement_pdf"))
    data |= {"provisional": False, "sample": False, "sample_labels": [], "open_points": [], "penalty_fen": 20188681}
    data["penalty_low_fen"] = data["penalty_high_fen"] = 20188681
    data["levels"] = [level for level in data["levels"] if level["state"] == "met"]
    data["candidates"] = [item | {"sample": False} for item in data["candidates"] if item["state"] == "chosen"]
    return data


@pytest.mark.parametrize("name", ["monthly", "statement_xlsx", "statement_pdf"])
def test_the_committed_example_is_the_made_one(name: str) -> None:
    assert (load_report(name).folder / "example.json").read_text("utf-8") == render_example(name)
    assert sum(line.total_fen or 0 for line in make_statement().delivery) == 484528352


@pytest.mark.parametrize("name", ["monthly", "statement_xlsx", "statement_pdf"])
def test_a_month_with_nothing_in_it_is_still_a_document(name: str, tmp_path: Path) -> None:
    data = make_final()
    empty = ("levels", "delivery", "incidents", "candidates", "instalments", "offset", "readings")
    data |= dict.fromkeys(empty, ()) | {"trace": {}, "penalty_fen": 0, "penalty_low_fen": 0, "penalty_high_fen": 0}
    assert render_report(name, data, tmp_path / f"a{load_report(name).suffix}").stat().st_size > 1000


def test_reports_are_found_by_folder_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    names = [report.name for report in list_reports()]
    assert names == sorted(found.parent.name for found in REPORTS.glob("*/report.yaml"))
    assert {"monthly", "statement_pdf", "statement_xlsx", "fault_record", "operation_plan"} <= set(names)
    with pytest.raises(Problem) as refused:
        render_report("yearbook", {}, tmp_path / "a.docx")
    assert refused.value.code == "report.unknown"
    assert "monthly" in str(refused.value.values["names"])


def test_a_target_that_cannot_be_written_is_a_clear_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Problem) as refused:
        render_report("statement_xlsx", json.loads(render_example("statement_pdf")), tmp_path / "file" / "a.xlsx")
    assert refused.value.code == "report.unwritable"


def test_missing_fonts_name_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YUNQI_FONTS", raising=False)
    with pytest.raises(Problem) as refused:
        fonts.find_fonts((tmp_path,))
    assert refused.value.code == "report.no_fonts"
    assert "fonts-noto-cjk" in refused.value.way_out


def test_a_character_without_a_glyph_is_written_as_its_code_point() -> None:
    directory = fonts.find_fonts()
    assert fonts.show_missing("𠮷甲", directory) == "𠮷甲"
    assert fonts.show_missing("a😀", directory) == "a[U+1F600]"


def test_another_process_zone_and_hash_seed_make_the_same_bytes(tmp_path: Path) -> None:
    program = (
        "import json,sys,pathlib\nfrom yunqi.reports import *\n"
        "for r in list_reports():\n"
        "    d=json.loads((r.folder/'example.json').read_text('utf-8'))\n"
        "    render_report(r.name,d,pathlib.Path(sys.argv[1])/(r.name+r.suffix))\n"
    )
    for folder, zone, seed in (("a", "UTC", "1"), ("b", "America/Lima", "77")):
        environment = os.environ | {"TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": "C"}
        subprocess.run([sys.executable, "-c", program, str(tmp_path / folder)], check=True, env=environment)
    for report in list_reports():
        file = report.name + report.suffix
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), report.name


@pytest.mark.slow
@pytest.mark.parametrize("kit", [TestMonthly, TestStatementXlsx])
def test_libreoffice_prints_every_row(kit: type[StatementKit], tmp_path: Path) -> None:
    report = kit()
    text = squeeze(read_pdf(convert_to_pdf(report.make(report.example(), tmp_path), tmp_path)))
    wanted = {squeeze(item) for item in report.shown(report.example())}
    # Rows broken over two pages are split by header and footer; everything else must be there whole.
    missing = [item for item in wanted if item not in text]
    assert missing == []
