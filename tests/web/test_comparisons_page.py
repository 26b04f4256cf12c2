"""Comparison, unit prices and next year's requirements at the console."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from tests.kits.console import Desk
from tests.kits.desk import People
from tests.kits.session import Session

Open = Callable[..., Desk]


@pytest.fixture
def session(signed_template: Session, tmp_path_factory: pytest.TempPathFactory) -> Session:
    return signed_template.copy(tmp_path_factory.mktemp("compare") / "home")


def test_a_contract_is_the_same_as_itself_and_its_months_are_shown(desk: Open, people: People) -> None:
    side = people.cast.first
    seen = desk("clerk").open(f"/contracts/{side.contract_id}/comparison")
    assert "没有差异" in seen.words
    assert "各月费用" in seen.words
    assert "本合同今日有效的版本" in seen.words


def test_two_contracts_differ_and_only_visible_ones_are_offered(desk: Open, people: People) -> None:
    first, second = people.cast.first, people.cast.second
    officer = desk("officer")
    seen = officer.open(f"/contracts/{first.contract_id}/comparison?other={second.contract_id}")
    assert "变更" in seen.words
    assert second.contract_id in officer.open(f"/contracts/{first.contract_id}/comparison").text
    clerk = desk("clerk")
    assert second.contract_id not in clerk.open(f"/contracts/{first.contract_id}/comparison").text
    clerk.open(f"/contracts/{first.contract_id}/comparison?other={second.contract_id}", 404)
    book = openpyxl.load_workbook(
        io.BytesIO(
            officer.open(f"/contracts/{first.contract_id}/comparison?other={second.contract_id}&format=xlsx").content
        )
    )
    assert book.active.max_row > 2


def test_prices_of_all_for_the_administration_and_of_its_own_for_a_provider(desk: Open, people: People) -> None:
    first, second = people.cast.first, people.cast.second
    seen = desk("officer").open("/prices")
    assert first.provider in seen.words
    assert second.provider in seen.words
    own = desk("operator").open("/prices")
    assert first.provider in own.words
    assert second.provider not in own.words


def test_next_years_requirements_are_handed_out_to_the_using_unit_only(desk: Open, people: People) -> None:
    side = people.cast.first
    page = f"/contracts/{side.contract_id}/entitlements"
    clerk = desk("clerk").open(page)
    assert [link for link in clerk.links if "/requirements." in link]
    assert not [link for link in desk("operator").open(page).links if "/requirements." in link]
    book = desk("clerk").open(f"/contracts/{side.contract_id}/requirements.xlsx")
    assert book.content.startswith(b"PK")
    desk("operator").open(f"/contracts/{side.contract_id}/requirements.xlsx", 403)
