from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select
from tests.kits.world import DRAW_KINDS, NOW, build_world, make_data

from yunqi.kernel.errors import Problem
from yunqi.store import contracts
from yunqi.store.database import Database
from yunqi.store.facts import list_facts
from yunqi.store.parties import add_organisation, add_person
from yunqi.store.price_lines import list_price_lines
from yunqi.store.readings import list_readings, record_reading
from yunqi.store.tables import metadata


def _import(connection: Connection, **more: Any) -> contracts.Contract:
    given = {
        "data": make_data(),
        "file_name": "合同.docx",
        "content": b"contract",
        "draw_kinds": DRAW_KINDS,
        "now": NOW,
    }
    return contracts.import_contract(connection, **(given | more))


def test_an_imported_contract_reads_back_as_it_was_given(database: Database) -> None:
    with database.write() as connection:
        made = _import(connection)
    with database.read() as connection:
        found = contracts.require_contract(connection, "SX-2026-001")
        assert found == made
        assert found.data == make_data()
        assert (found.state, found.start_on, found.end_on) == ("imported", date(2026, 1, 1), date(2026, 12, 31))
        lines = {line.no: line for line in list_price_lines(connection, found.id, at=NOW)}
        assert contracts.load_document(connection, found.document_id) == ("合同.docx", b"contract")
    assert lines[3].quantity_micro == 50_500_000
    assert lines[2].parameters == {"iops_max": 5000}
    assert (lines[5].quantity_micro, lines[5].bundle_no) == (None, 4)
    assert [lines[no].draw_kind for no in (1, 6, 7)] == ["span", "run", "piece"]


def test_lines_hold_over_the_term_only(database: Database) -> None:
    with database.write() as connection:
        made = _import(connection)
        for at, count in ((NOW - timedelta(days=90), 0), (NOW, 8), (NOW + timedelta(days=400), 0)):
            assert len(list_price_lines(connection, made.id, at=at)) == count


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"content": b"the same number in other bytes"},
        {"data": make_data("ANOTHER-NUMBER")},
    ],
)
def test_a_second_import_is_a_clear_problem_and_changes_nothing(database: Database, more: dict[str, object]) -> None:
    with database.write() as connection:
        made = _import(connection)
    before = _count_rows(database)
    with pytest.raises(Problem) as caught, database.write() as connection:
        _import(connection, **more)
    assert caught.value.code == "contract.already_imported"
    assert caught.value.values["id"] == made.id
    assert _count_rows(database) == before


def test_a_broken_line_leaves_nothing_of_the_contract(database: Database) -> None:
    data = make_data()
    data["price_lines"][4]["quantity"] = "很多"
    with pytest.raises(Problem) as caught, database.write() as connection:
        _import(connection, data=data)
    assert caught.value.code == "quantity.unreadable"
    assert set(_count_rows(database).values()) == {0}


def test_a_text_without_number_can_be_kept(database: Database) -> None:
    with database.write() as connection:
        first = _import(connection, data=make_data(None))
        second = _import(connection, data=make_data(None), content=b"other")
        assert first.id != second.id


def test_a_missing_party_is_asked_for(database: Database) -> None:
    data = make_data()
    data["parties"]["provider"] = None
    with pytest.raises(Problem) as caught, database.write() as connection:
        _import(connection, data=data)
    assert (caught.value.code, caught.value.field) == ("contract.no_party", "provider")
    with database.write() as connection:
        provider = add_organisation(connection, name="别家云", role="provider", now=NOW)
        assert _import(connection, data=data, provider=provider).provider_id == provider


def test_both_parties_sign_what_they_saw(database: Database) -> None:
    with database.write() as connection:
        made = _import(connection)
        buyer = add_person(connection, organisation_id=made.using_unit_id, name="甲一", now=NOW)
        seller = add_person(connection, organisation_id=made.provider_id, name="乙一", now=NOW)
        stranger = add_person(
            connection,
            organisation_id=add_organisation(connection, name="丙", role="supervisor", now=NOW),
            name="丙一",
            now=NOW,
        )

        def refuse(code: str, person: str, seen: str | None = None) -> None:
            with pytest.raises(Problem) as caught:
                contracts.sign_contract(connection, made.id, person_id=person, now=NOW, data_sm3=seen)
            assert caught.value.code == code

        refuse("contract.not_a_party", stranger)
        refuse("contract.changed", buyer, "0" * 64)
        assert (
            contracts.sign_contract(connection, made.id, person_id=buyer, now=NOW, data_sm3=made.data_sm3).state
            == "imported"
        )
        refuse("contract.already_signed", buyer)
        assert contracts.sign_contract(connection, made.id, person_id=seller, now=NOW).state == "signed"
        kinds = [fact.kind for fact in list_facts(connection, made.id)]
    assert kinds == ["contract.imported", "contract.signed", "contract.signed"]


def test_a_reading_needs_both_parties_and_stays_known_as_it_was(database: Database) -> None:
    world = build_world(database)
    day = timedelta(days=1)
    with database.write() as connection:

        def give(value: object, now, buyer: str = world.buyer) -> None:
            record_reading(
                connection,
                world.contract,
                code="availability.window",
                value=value,
                agreement="会议纪要 3 号",
                using_unit_person_id=buyer,
                provider_person_id=world.seller,
                valid_from=NOW,
                now=now,
            )

        with pytest.raises(Problem) as caught:
            give("month", NOW, world.seller)
        assert caught.value.code == "reading.party"
        give("month", NOW)
        give("year", NOW + day)
        give(None, NOW + 2 * day)

        def read(known_at) -> list[object]:
            return [
                one.value
                for one in list_readings(connection, world.contract, at=NOW + 5 * day, known_at=known_at).values()
            ]

        assert [read(NOW), read(NOW + day), read(NOW + 2 * day), read(None)] == [["month"], ["year"], [], []]


def _count_rows(database: Database) -> dict[str, int]:
    with database.read() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }
