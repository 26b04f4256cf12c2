"""A document that was read is the same after it was kept as text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from tests.kits.maker import make_contract
from tests.kits.maker.layouts import LAYOUTS

from yunqi.contract.documents import Document, Doubt, Paragraph, Place, Row, Table, read_document
from yunqi.contract.documents.kept import load_kept, render_kept

TEXT = some.text(max_size=20)
PLACE = some.builds(Place, some.integers(1, 999), some.none() | some.integers(1, 99))
DOUBTS = some.lists(
    some.builds(Doubt, some.integers(0, 9), some.integers(0, 9), some.lists(TEXT, max_size=3).map(tuple)), max_size=3
).map(tuple)
ROW = some.builds(
    Row, some.lists(TEXT, min_size=2, max_size=2).map(tuple), PLACE, some.dictionaries(some.integers(0, 1), DOUBTS)
)
CELL = some.tuples(some.integers(0, 3), some.integers(0, 3))
TABLE = some.builds(Table, some.lists(ROW, min_size=1, max_size=4).map(tuple), some.dictionaries(CELL, CELL))
BLOCK = some.builds(Paragraph, TEXT, PLACE, some.booleans(), DOUBTS) | TABLE
DOCUMENT = some.builds(
    Document, TEXT, TEXT, some.integers(0), some.lists(BLOCK, max_size=5).map(tuple), some.booleans(), some.booleans()
)


@settings(max_examples=60)
@given(DOCUMENT)
def test_any_document_comes_back(document: Document) -> None:
    assert load_kept(render_kept(document)) == document


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_contract_comes_back(layout: str) -> None:
    document = read_document(*make_contract(1, layout).render("docx"))
    assert load_kept(render_kept(document)) == document


def test_a_text_of_another_format_is_not_guessed_at() -> None:
    document = read_document(*make_contract(1, "county").render("txt"))
    assert load_kept(json.dumps([0, *json.loads(render_kept(document))[1:]])) is None
