"""Every column of every list has words, for whoever opens the list as a workbook."""

from __future__ import annotations

from yunqi.operations.actions import load_actions
from yunqi.operations.actions.tables import find_list, is_list, list_fields
from yunqi.operations.table_words import HEADS


def test_every_column_of_every_list_has_a_head() -> None:
    lists = [name for name, found in load_actions().items() if is_list(found)]
    assert len(lists) > 20
    fields = {(field.name.removesuffix("_name"), name) for name in lists for field in list_fields(find_list(name))}
    lacking = sorted(f"{field} ({name})" for field, name in fields if field not in HEADS)
    assert not lacking, f"HEADS in operations/table_words.py lacks words for: {', '.join(lacking)}"
