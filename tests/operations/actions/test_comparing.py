"""Contracts and prices side by side, only among those that the caller may see."""

from __future__ import annotations

from tests.kits.desk import People, ask, refusal

from yunqi.operations.installation import Installation


def test_two_contracts_side_by_side(site: Installation, people: People) -> None:
    first, second = people.cast.first.contract, people.cast.second.contract
    found = ask(site, people.officer, "contract.compare", contract=first, other=second).value
    parts = {one.part for one in found.items}
    assert {"price_lines", "total_fen", "service_levels", "parties"} <= parts
    total = next(one for one in found.items if one.part == "total_fen")
    assert (total.before_value, total.after_value) == (found.total_before_fen, found.total_after_fen)
    assert total.source_before
    assert total.source_after
    assert found.effect_fen is not None
    assert len(found.months) == 12
    months = ask(site, people.officer, "contract.compare_months", contract=first, other=second).value
    assert months.items == found.months
    same = ask(site, people.clerk, "contract.compare", contract=first).value
    assert same.items == ()
    assert same.effect_fen == 0


def test_nobody_compares_with_what_they_may_not_see(site: Installation, people: People) -> None:
    first, second = people.cast.first.contract, people.cast.second.contract
    for caller in (people.clerk, people.operator):
        refusal("object.unknown", site, caller, "contract.compare", contract=first, other=second)
        refusal("object.unknown", site, caller, "contract.compare", contract=second, other=first)


def test_prices_of_one_item(site: Installation, people: People) -> None:
    rows = ask(site, people.officer, "price.compare", item="compute.vcpu").value.items
    priced = [one for one in rows if one.normal_price]
    assert len({one.contract_number for one in priced}) == 2
    assert [float(one.normal_price) for one in priced] == sorted(float(one.normal_price) for one in priced)
    assert priced[0].above_share == "0"
    assert {one.basis for one in priced} == {"month", "unstated"}
    sample = next(one for one in priced if one.contract_number == people.cast.first.contract)
    assert (sample.unit_price, sample.normal_price) == ("120", "10")
    every = ask(site, people.officer, "price.compare").value.items
    assert {one.reason for one in every if one.normal_price is None} >= {"bundle", "once"}
    assert all(one.reason_text for one in every if one.reason)


def test_prices_stay_within_what_the_caller_may_see(site: Installation, people: People) -> None:
    for caller in (people.clerk, people.operator, people.lead):
        rows = ask(site, caller, "price.compare").value.items
        assert {one.contract_number for one in rows} == {people.cast.first.contract}
    rows = ask(site, people.officer, "price.compare", provider=people.cast.second.provider).value.items
    assert {one.provider for one in rows} == {people.cast.second.provider}


def test_the_numbers_of_a_contract_have_cases(site: Installation, people: People) -> None:
    contract = people.cast.first.contract
    made = ask(site, people.auditor, "contract.cases", contract=contract).value
    kinds = {one.kind for one in made.items}
    assert kinds >= {"level", "row", "critical", "other", "price_line", "amount", "due", "bond", "term"}
    assert all(one.name and one.expected for one in made.items)
    refusal("object.unknown", site, people.other_clerk, "contract.cases", contract=contract)
