"""Contracts that are made in many layouts are read as they were made, and nothing is invented from damaged ones."""

from __future__ import annotations

import pytest
from tests.kits.maker import make_contract
from tests.kits.maker.compare import measure
from tests.kits.maker.layouts import LAYOUTS

from yunqi.contract import read_contract
from yunqi.kernel.errors import Problem

SEEDS = range(6)


def complain(layout: str, form: str, *, wrong_only: bool) -> list[str]:
    """What differs, by seed; a file that is refused counts as a difference of the kind refused."""
    lines: list[str] = []
    for seed in SEEDS:
        made = make_contract(seed, layout)
        try:
            read = read_contract(*made.render(form)).model_dump(mode="json")
        except Problem as problem:  # a figure that can't be one is refused by name, and nothing is read
            lines += [] if form == "blurred" else [f"refused {seed}: {problem}"]
            continue
        for kind, tally in measure(made.truth, read).items():
            if tally.wrong or not wrong_only:
                lines += [f"{kind} {seed}: {line}" for line in tally.differences]
    return lines


@pytest.mark.parametrize("form", ["txt", "pipe", "aligned", "md", "docx"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_figure_of_a_clean_text(layout: str, form: str) -> None:
    lines = complain(layout, form, wrong_only=False)
    assert not lines, "\n".join(lines)


@pytest.mark.parametrize("form", ["noisy", "split", "blurred"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_is_invented_from_a_damaged_text(layout: str, form: str) -> None:
    lines = complain(layout, form, wrong_only=True)
    assert not lines, "\n".join(lines)


def test_the_same_seed_makes_the_same_contract() -> None:
    for layout in LAYOUTS:
        one, other = make_contract(3, layout), make_contract(3, layout)
        assert one == other
        assert one.truth != make_contract(4, layout).truth


def test_a_changed_figure_is_found() -> None:
    """The comparison itself: one figure changed, one left out, one added."""
    made = make_contract(0, "capital")
    data = {key: value for key, value in made.truth.items() if key != "penalties"} | {
        "penalties": made.truth["penalties"]
    }
    assert not any(tally.differences for tally in measure(made.truth, data).values())
    first, *rest = data["price_lines"]
    wrong = measure(made.truth, {**data, "price_lines": [{**first, "total_fen": 1}, *rest]})["price_lines"]
    assert (wrong.wrong, wrong.missing) == (1, 0)
    missing = measure(made.truth, {**data, "price_lines": rest})["price_lines"]
    assert missing.wrong == 0
    assert missing.missing >= 8
    added = measure(made.truth, {**data, "price_lines": [first, *rest, {"no": 99, "name": "x"}]})["price_lines"]
    assert added.wrong == 1
