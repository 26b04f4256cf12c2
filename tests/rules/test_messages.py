"""Every word that a user sees can be found by gettext and is said in every language there is."""

import ast
import importlib.util
import sys

from babel.messages.catalog import Catalog
from tests.rules.house import ROOT, judge

_spec = importlib.util.spec_from_file_location("words", ROOT / "scripts" / "words.py")
assert _spec is not None
assert _spec.loader is not None
words = importlib.util.module_from_spec(_spec)
sys.modules["words"] = words
_spec.loader.exec_module(words)


def test_messages_are_literals_and_translated() -> None:
    messages, unreadable = words.read_source()
    assert messages
    complaints = [
        f"{item.path.lstrip('/')}:{item.line}: {item.call}(…) with words that are no literal" for item in unreadable
    ]
    for path in words.list_catalogues():
        complaints += words.judge(words.load_catalogue(path), messages)
    judge("messages", complaints)


def _read(text: str, path: str = "/src/yunqi/store/a.py") -> list[object]:
    return list(words.read_messages(path, ast.parse(text)))


def test_the_rule_finds_what_it_looks_for() -> None:
    assert [type(item).__name__ for item in _read("_(f'共 {x} 行')")] == ["Unreadable"]
    assert [type(item).__name__ for item in _read("Problem('a.b', words)")] == ["Unreadable"]
    assert [item.msgid for item in _read("Problem('a.b', '错 {x}', way_out='改' '之', x=1)")] == ["错 {x}", "改之"]
    assert [item.msgid for item in _read("_('甲' if x else '乙')")] == ["甲", "乙"]
    assert [item.msgid for item in _read("click.option('--x', help='帮助')", "/src/yunqi/cli/a.py")] == ["帮助"]


def test_words_of_tables_are_found_and_may_be_looked_up() -> None:
    text = "PHASES = {'a': '甲', 'b': ('x.y', '乙')}\nM = Machine(1, {'c': '丙'})\n"
    text += "_(PHASES[code])\n_(M.label(code))\n_(words[code])"
    found = _read(text, "/src/yunqi/cli/a.py")
    assert sorted(item.msgid for item in found if isinstance(item, words.Message)) == ["丙", "乙", "甲"]
    assert [item.line for item in found if isinstance(item, words.Unreadable)] == [5]


def test_a_class_made_from_a_problem_is_a_problem() -> None:
    tree = ast.parse("class Gone(Problem): x = 1\nclass Lost(Gone): x = 1\nclass Other: x = 1")
    assert {"Gone", "Lost"} < words.list_error_classes([tree])
    assert "Other" not in words.list_error_classes([tree])


def test_a_bad_catalogue_is_judged() -> None:
    message = words.Message("共 {count} 行", "a.py", 1)
    for translation in ("", "{number} lines", "共 {count} 行"):
        catalogue = Catalog(locale="en")
        catalogue.add(message.msgid, translation)
        assert words.judge(catalogue, [message]), translation
    catalogue = Catalog(locale="en")
    catalogue.add(message.msgid, "{count} lines")
    assert not words.judge(catalogue, [message])
