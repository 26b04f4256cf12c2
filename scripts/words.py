"""Catalogues of the words that a user sees: `update` collects them, `check` judges, `compile` writes the .mo files.

A message id is the Chinese sentence itself, a literal in one of these places:

- `_("…")` and `mark("…")`: the first argument;
- `Problem(code, "…", way_out="…")`, `Trouble(…)` and classes made from them: the second argument and `way_out`;
- `action(name, method, path, "…")` in `operations/actions/`: the fourth argument;
- in `cli/`: `help="…"`, `short_help=`, `metavar=`, `prompt=` and the docstring of a command, which click shows;
- in `cases/`, `operations/`, `cli/`, `web/`: the Chinese values of module-level tables in capitals, for
  `_(TABLE[code])`;
- in the templates of `web/`: `{{ _("…") }}`, and there no Chinese stands outside it;
- the questions and choices in `settlement/readings.yaml`, the messages in `contract/review/registry/`, the names in
  `contract/obligations/kinds/`.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

import jinja2
import yaml
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import nodes

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "yunqi"
LOCALE = SOURCE / "locale"
CHINESE = re.compile(r"[\u3400-\u9fff]")
CHINESE_WORDS = re.compile(r"[\u3000-\u9fff\uff00-\uffef]+")
ERRORS = frozenset({"Problem", "Trouble", "YunqiError"})
# No dates and no people in the header: a catalogue changes only when its words do.
HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
TABLE_PLANES = ("/kernel/rights.py", "/settlement/invoices.py", "/cases/", "/operations/", "/cli/", "/web/")
TEMPLATES = SOURCE / "web" / "templates"
TABLE_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
# Modules that say words of a data file, and that file.
DATA = {
    "/src/yunqi/settlement/readings.py": (SOURCE / "settlement" / "readings.yaml",),
    "/src/yunqi/contract/review/codes.py": tuple(sorted((SOURCE / "contract" / "review" / "registry").glob("*.yaml"))),
    "/src/yunqi/contract/obligations/kinds.py": tuple(
        sorted((SOURCE / "contract" / "obligations" / "kinds").glob("*.yaml"))
    ),
}
CLICK_WORDS = frozenset({"help", "short_help", "metavar", "prompt", "epilog"})


@dataclass(frozen=True, slots=True)
class Message:
    """A message id where it stands."""

    msgid: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message that is no literal: gettext can never find it."""

    path: str
    line: int
    call: str


def list_error_classes(trees: list[ast.Module]) -> frozenset[str]:
    """Names of `Problem`, `Trouble` and of every class made from them, however deep."""
    known = set(ERRORS)
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    grown = True
    while grown:
        grown = False
        for node in classes:
            bases = {_name_of(base) for base in node.bases}
            own_words = any(isinstance(item, ast.FunctionDef) and item.name == "__init__" for item in node.body)
            if node.name not in known and bases & known and not own_words:
                known.add(node.name)
                grown = True
    return frozenset(known)


def _name_of(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _literals_of(node: ast.expr) -> list[str] | None:
    """The strings an expression can be, or None when they do not stand in the source."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        parts = (_literals_of(node.body), _literals_of(node.orelse))
        return None if parts[0] is None or parts[1] is None else parts[0] + parts[1]
    return None


def read_messages(path: str, tree: ast.Module, errors: frozenset[str] = ERRORS) -> Iterator[Message | Unreadable]:
    """Every message of one module, and every place where a message should be a literal and is not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _read_call(path, node, errors)
        if "/cli/" in path and isinstance(node, ast.FunctionDef) and node.decorator_list:
            words = ast.get_docstring(node)
            if words and CHINESE.search(words):
                yield Message(words, path, node.lineno)
    if any(plane in path for plane in TABLE_PLANES):
        yield from _read_tables(path, tree)
    if path in DATA:
        for data in DATA[path]:
            yield from _read_data(path, data)


def _read_call(path: str, node: ast.Call, errors: frozenset[str]) -> Iterator[Message | Unreadable]:
    name = _name_of(node.func)
    places: list[ast.expr] = []
    if name in {"_", "mark"} and node.args:
        places = [node.args[0]]
    elif name == "action" and "/actions/" in path:
        places = node.args[3:4]  # what an action does, in words
    elif name in errors and node.args:
        places = [*node.args[1:2], *(word.value for word in node.keywords if word.arg in {"way_out", "sentence"})]
    elif "/cli/" in path:
        words = [word.value for word in node.keywords if word.arg in CLICK_WORDS]
        places = [value for value in words if any(CHINESE.search(text) for text in _literals_of(value) or [])]
    for place in places:
        texts = _literals_of(place)
        if texts is None and not _is_table_lookup(place) and path not in DATA:
            yield Unreadable(path, place.lineno, name)
        yield from (Message(text, path, place.lineno) for text in texts or [] if text)


def _is_table_lookup(node: ast.expr) -> bool:
    """Whether words are taken from a table in capitals: `TABLE[code]`, `TABLE.get(code)`, `TABLE[kind].label(code)`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "label":
        return True  # a case's machine says the words of its own table
    while isinstance(node, (ast.Subscript, ast.Attribute, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Name) and bool(TABLE_NAME.fullmatch(node.id))


def _read_tables(path: str, tree: ast.Module) -> Iterator[Message]:
    for statement in tree.body:
        if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
            continue
        for table in ast.walk(statement.value):
            for value in table.values if isinstance(table, ast.Dict) else []:
                for word in ast.walk(value):
                    if isinstance(word, ast.Constant) and isinstance(word.value, str) and CHINESE.search(word.value):
                        yield Message(word.value, path, word.lineno)


def _read_data(path: str, data: Path) -> Iterator[Message]:
    for number, entry in enumerate(yaml.safe_load(data.read_text(encoding="utf-8")), 1):
        said = [entry[key] for key in ("question", "why", "message", "matters", "name") if key in entry]
        for text in (*said, *entry.get("choices", {}).values()):
            yield Message(text, path, number)


def read_template(path: str, text: str) -> Iterator[Message | Unreadable]:
    """Every message of one template, and every Chinese word in it that is no message."""
    tree = jinja2.Environment(autoescape=True).parse(text)
    said: set[int] = set()
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "_" and call.args:
            first = call.args[0]
            places = [first.expr1, first.expr2] if isinstance(first, nodes.CondExpr) else [first]
            literals = [each for each in places if isinstance(each, nodes.Const) and isinstance(each.value, str)]
            said |= {id(each) for each in literals}
            yield from (Message(each.value, path, each.lineno) for each in literals)
            if not literals:
                yield Unreadable(path, call.lineno, "_")
    for word in tree.find_all((nodes.Const, nodes.TemplateData)):
        raw = word.data if isinstance(word, nodes.TemplateData) else word.value
        chinese = CHINESE_WORDS.search(raw) if isinstance(raw, str) and id(word) not in said else None
        if chinese:
            yield Unreadable(path, word.lineno, chinese[0])


def read_source() -> tuple[list[Message], list[Unreadable]]:
    """All messages of the project, and all that are no literals."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))}
    # These pass on words that stand as literals elsewhere.
    for passes_on in (SOURCE / "kernel" / "words.py", SOURCE / "cli" / "translate.py"):
        trees.pop(passes_on, None)
    errors = list_error_classes(list(trees.values()))
    found = [
        item for path, tree in trees.items() for item in read_messages("/" + str(path.relative_to(ROOT)), tree, errors)
    ]
    for template in sorted(TEMPLATES.rglob("*.html")):
        found += read_template("/" + str(template.relative_to(ROOT)), template.read_text(encoding="utf-8"))
    return [item for item in found if isinstance(item, Message)], [
        item for item in found if isinstance(item, Unreadable)
    ]


def places_of(text: str) -> set[str]:
    """The {names} that a message has places for.

    >>> sorted(places_of("第 {line} 行的 {value!r}"))
    ['line', 'value']
    """
    return {
        name.split(".")[0].split("[")[0]
        for _text, name, _spec, _conversion in Formatter().parse(text)
        if name is not None
    }


def judge(catalogue: Catalog, messages: list[Message]) -> list[str]:
    """What is wrong with a catalogue: missing, untranslated, uncertain, or other places than the message."""
    complaints = []
    wanted = {message.msgid: message for message in messages}
    entries = {str(entry.id): entry for entry in catalogue if entry.id}
    for msgid, message in wanted.items():
        entry = entries.get(msgid)
        where = f"{message.path.lstrip('/')}:{message.line}"
        if entry is None or not entry.string:
            complaints.append(f"{where}: no translation of {msgid!r}")
        elif entry.fuzzy:
            complaints.append(f"{where}: the translation of {msgid!r} is marked uncertain")
        elif places_of(msgid) != places_of(str(entry.string)):
            complaints.append(f"{where}: the translation of {msgid!r} has other places than the message")
        elif not re.search(r"[A-Za-z]|^[^\w]*$", re.sub(r"\{[^}]*\}|[\d\s]", "", str(entry.string))):
            complaints.append(f"{where}: the translation of {msgid!r} is still Chinese")
    return complaints


def load_catalogue(path: Path) -> Catalog:
    """A catalogue from its .po file, an empty one when there is none."""
    language = path.parents[1].name
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def list_catalogues() -> list[Path]:
    """The .po files, one a language."""
    return [
        folder / "LC_MESSAGES" / "yunqi.po" for folder in sorted(LOCALE.iterdir()) if (folder / "LC_MESSAGES").is_dir()
    ]


def update(messages: list[Message]) -> int:
    """Brings every catalogue to the messages there are, obsolete ones go. Returns how many lack a translation."""
    lacking = 0
    for path in list_catalogues():
        old = {str(entry.id): entry for entry in load_catalogue(path) if entry.id}
        fresh = Catalog(locale=path.parents[1].name)
        places: dict[str, set[str]] = {}
        for message in messages:
            places.setdefault(message.msgid, set()).add(message.path.lstrip("/"))
        for msgid in sorted(places, key=lambda each: (min(places[each]), each)):
            entry = old.get(msgid)
            fresh.add(msgid, entry.string if entry else "", locations=[(min(places[msgid]), 0)])
            lacking += not (entry and entry.string)
        with path.open("wb") as file:
            file.write(HEADER.format(language=path.parents[1].name).encode())
            write_po(file, fresh, omit_header=True, width=0, include_lineno=False)
    return lacking


def compile_all() -> None:
    """Writes each .mo beside its .po."""
    for path in list_catalogues():
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, load_catalogue(path))


def main(command: str) -> int:
    """`update`, `check` or `compile`."""
    messages, unreadable = read_source()
    if command == "compile":
        compile_all()
        return 0
    if command == "update":
        lacking = update(messages)
        compile_all()
        print(f"{len({message.msgid for message in messages})} messages, {lacking} without a translation")
        return 0
    complaints = [
        f"{item.path.lstrip('/')}:{item.line}: {item.call}(…) with words that are no literal" for item in unreadable
    ]
    for path in list_catalogues():
        complaints += judge(load_catalogue(path), messages)
    print("\n".join(complaints) or "the catalogues are complete")
    return 1 if complaints else 0


if __name__ == "__main__":
    if len(sys.argv) != 1 + 1 or sys.argv[1] not in {"update", "check", "compile"}:
        sys.exit("words.py update | check | compile")
    sys.exit(main(sys.argv[1]))
