"""What is found in contracts that a second person worded without having seen the patterns is not less than at first."""

from __future__ import annotations

import pytest
from tests.kits.obligations.held_out import load_first_figures, load_set, measure_set

from yunqi.contract.obligations import load_kinds


@pytest.mark.parametrize("name", sorted(load_first_figures()))
def test_a_held_out_set_gives_no_less_than_the_first_time(name: str) -> None:
    first, score = load_first_figures()[name], measure_set(name)
    assert score.found + len(score.missed) == first["kinds"]
    assert round(score.recall, 4) >= first["recall"], score.missed
    assert round(score.precision, 4) >= first["precision"], score.extra
    assert score.times >= first["times_right"], score.times_missed
    assert len(score.times_invented) <= first["times_invented"], score.times_invented


@pytest.mark.parametrize("name", sorted(load_first_figures()))
def test_the_notes_name_kinds_and_are_no_part_of_the_text(name: str) -> None:
    for noted in load_set(name).values():
        assert noted.truth.keys() | noted.either <= load_kinds().keys()
        assert not set("⟦⟧") & set(noted.text)
