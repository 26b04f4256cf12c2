"""The scenarios of the command line once more, each command over a server: the same assertions hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.kits.remote import RemoteSession, over_a_server
from tests.kits.session import Session
from tests.scenarios.test_evidence import (
    test_an_exclusion_is_kept_with_who_approved_it,
    test_the_same_file_again_adds_nothing,
)
from tests.scenarios.test_month import (
    test_a_month_without_evidence_says_so,
    test_as_known_then_it_is_made_again,
    test_payments_triggers_and_the_bond_enter_the_month,
    test_provisional_first_then_final,
    test_recomputed_it_is_the_same,
    test_the_trace_reaches_words_and_records,
)
from tests.scenarios.test_orders import (
    test_a_burst_opens_what_the_contract_does_not_have,
    test_a_change_draws_the_difference,
    test_an_end_erases_and_gives_back,
    test_an_order_waits_for_filing_and_approval,
    test_beyond_the_entitlement_two_ways_lead_out,
    test_who_asked_for_the_end_does_not_approve_it,
)

__all__ = [
    "test_a_burst_opens_what_the_contract_does_not_have",
    "test_a_change_draws_the_difference",
    "test_a_month_without_evidence_says_so",
    "test_an_end_erases_and_gives_back",
    "test_an_exclusion_is_kept_with_who_approved_it",
    "test_an_order_waits_for_filing_and_approval",
    "test_as_known_then_it_is_made_again",
    "test_beyond_the_entitlement_two_ways_lead_out",
    "test_payments_triggers_and_the_bond_enter_the_month",
    "test_provisional_first_then_final",
    "test_recomputed_it_is_the_same",
    "test_the_same_file_again_adds_nothing",
    "test_the_trace_reaches_words_and_records",
    "test_who_asked_for_the_end_does_not_approve_it",
]


@pytest.fixture
def signed(signed_template: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RemoteSession]:
    monkeypatch.chdir(tmp_path)  # what is handed out far from the home lies where one is
    with over_a_server(signed_template.copy(tmp_path / "home")) as far:
        yield far


@pytest.fixture
def settled(settled_template: Session, tmp_path: Path) -> Iterator[RemoteSession]:
    with over_a_server(settled_template.copy(tmp_path / "home")) as far:
        yield far
