"""Idle resources, the audit sample, key figures and the evidence package at the console."""

from __future__ import annotations

from collections.abc import Callable

from tests.kits.console import Desk
from tests.kits.desk import People, ask

from yunqi.operations.installation import Installation

Open = Callable[..., Desk]


def test_idle_resources_are_told_with_their_limits(desk: Open) -> None:
    seen = desk("officer").open("/idle-resources?days=30&cpu_share=0.05")
    assert "5.00%" in seen.words or "5%" in seen.words
    assert "不列为闲置" in seen.words
    assert desk("officer").open("/idle-resources/file.docx?days=30").content[:2] == b"PK"
    desk("officer").open("/idle-resources?days=0", 422)
    desk("lead").open("/idle-resources", 403)


def test_figures_are_drawn_by_a_seed_and_lead_to_their_trace(desk: Open, people: People, site: Installation) -> None:
    statement = ask(site, people.auditor, "statement.list", last=True).value.items[0]
    auditor = desk("auditor")
    assert "种子" in auditor.open("/audit-samples").words
    seen = auditor.open(f"/audit-samples?month={statement.month}&seed=7&recompute=true")
    assert "样本 25" in seen.words
    assert "不一致" not in seen.words
    link = next(one for one in seen.links if "/trace?" in one)
    auditor.open(link.removeprefix("/console"))
    assert auditor.open(f"/audit-samples/file.xlsx?month={statement.month}&seed=7").content[:2] == b"PK"


def test_the_evidence_package_is_made_by_a_button(desk: Open, people: People) -> None:
    side = people.cast.first
    auditor = desk("auditor")
    files = auditor.open(f"/evidence/{side.contract_id}/files")
    seen = auditor.send(files, "/package")
    assert seen.address.startswith("/runs/")


def test_a_contract_without_key_figures_says_so(desk: Open, people: People) -> None:
    seen = desk("clerk").open(f"/contracts/{people.cast.first.contract_id}/kpis")
    assert "合同没有绩效指标" in seen.words
