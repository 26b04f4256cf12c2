"""Templates keep to the content security policy, protect their forms, and say in words what they show in pictures."""

import ast
import re

import jinja2
from jinja2 import nodes
from tests.rules.house import SOURCE, list_files, name_of, read_tree
from tests.rules.test_messages import words

WEB = SOURCE / "web"
SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE)
STYLE = re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE)
HANDLER = re.compile(r"\son[a-z]+\s*=\s*[\"'{]|\shx-on|javascript:|\bjs:", re.IGNORECASE)
FOREIGN = re.compile(r"(?:src|href|action)=\"(?:https?:)?//", re.IGNORECASE)
POST = re.compile(r"<form\b[^>]*method=\"post\"[^>]*>(.*?)</form>", re.IGNORECASE | re.DOTALL)
IMAGE = re.compile(r"<img\b(?![^>]*\balt=)", re.IGNORECASE)
BARE_BUTTON = re.compile(r"<(button|a)\b([^>]*)>\s*\{\{\s*icon\(\"[a-z0-9-]+\"\)\s*\}\}\s*</\1>", re.DOTALL)
ICON = re.compile(r"\bicon(?:_name)?=?\(?\"([a-z][a-z0-9-]+)\"")
UNSAFE = re.compile(r"\|\s*safe\b|autoescape\s+false", re.IGNORECASE)
OWN_NAMES = {"中文", "云契", "宋体"}
"""What is called so in every language."""
RULES = {
    "a script of its own": SCRIPT,
    "a style of its own": STYLE,
    "a handler of its own": HANDLER,
    "an address elsewhere": FOREIGN,
    "a picture without words": IMAGE,
    "text that is not escaped": UNSAFE,
}


def read_templates() -> list[tuple[str, str]]:
    return [(name_of(path), path.read_text(encoding="utf-8")) for path in list_files(".html") if WEB in path.parents]


def find_faults(name: str, text: str) -> list[str]:
    """What is against the rules in one template."""
    found = [f"{name}: {what}" for what, pattern in RULES.items() if pattern.search(text)]
    found += [f"{name}: a form without csrf(page)" for body in POST.findall(text) if "csrf(page)" not in body]
    found += [
        f"{name}: an icon alone in a {tag} without aria-label"
        for tag, attributes in BARE_BUTTON.findall(text)
        if "aria-label" not in attributes
    ]
    return found


def find_icons(text: str) -> set[str]:
    """Icons named by a literal in a template."""
    tree = jinja2.Environment(autoescape=True).parse(text)
    found = set()
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "icon" and call.args:
            found |= {
                const.value
                for const in [call.args[0], *call.args[0].find_all(nodes.Const)]
                if isinstance(const, nodes.Const) and re.fullmatch(r"[a-z][a-z0-9-]+", str(const.value))
            }
    return found - {"success", "info", "warning", "danger", "ascending", "descending"}


def test_templates_keep_to_the_rules() -> None:
    templates = read_templates()
    assert templates
    assert not [fault for name, text in templates for fault in find_faults(name, text)]


def test_every_icon_is_in_the_sprite() -> None:
    listed = {line for line in (WEB / "icons.txt").read_text(encoding="utf-8").splitlines() if line[:1] != "#"}
    used = {icon for _name, text in read_templates() for icon in find_icons(text)}
    named = re.compile(r"icon(?:_name)?=\"([a-z0-9-]+)\"")
    for path in list_files(".py"):
        if WEB in path.parents:
            used |= set(named.findall(path.read_text(encoding="utf-8")))
    assert used - listed == set(), "name it in src/yunqi/web/icons.txt and run scripts/web.sh"


def test_pages_say_no_word_that_is_not_in_the_catalogue() -> None:
    known = {message.msgid for message in words.read_source()[0]}
    found = []
    for path in list_files(".py"):
        if WEB not in path.parents:
            continue
        tree = read_tree(path)
        documents = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        found += [
            f"{name_of(path)}:{node.lineno}: {node.value}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in documents
            and words.CHINESE.search(node.value)
            and node.value not in known | OWN_NAMES
        ]
    assert not found


def test_the_lock_names_no_address() -> None:
    text = (SOURCE.parents[1] / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert text.count('"integrity"') >= text.count('"node_modules/')


def test_the_rules_find_what_they_look_for() -> None:
    for bad in (
        "<script>alert(1)</script>",
        '<p style="color: red">',
        "<style>p{}</style>",
        '<a onclick="x()">',
        '<div hx-on:click="x()">',
        '<a href="javascript:x()">',
        '<script src="https://cdn.example/x.js">',
        '<form method="post" action="x"><button></button></form>',
        '<img src="x.png">',
        '<button class="b">{{ icon("x") }}</button>',
        "{{ text|safe }}",
    ):
        assert find_faults("a.html", bad), bad
    good = '<script type="application/json">{}</script><script src="x.js" defer></script>'
    good += '<form method="post">{{ csrf(page) }}</form><button aria-label="x">{{ icon("x") }}</button>'
    assert not find_faults("a.html", good)
    assert find_icons('{{ icon("trash" if x else "plus") }}') == {"trash", "plus"}
