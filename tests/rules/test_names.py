"""Names say what a thing is; a few words never do."""

import ast
import re

from tests.rules.house import judge, list_files, name_of, read_tree

# `process` is banned as a verb; an operating system has processes.
BANNED = re.compile(r"(?:^|_)(managers?|helpers?|utils?|handle[rs]?|misc|processors?)(?:_|$)|^process(?:_|$)")
# Hooks whose names an outside library gives.
FOREIGN = frozenset({"process_bind_param", "process_result_value", "process_literal_param"})


def _words_of(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def find_banned(name: str, tree: ast.Module) -> list[str]:
    """Modules, folders, classes and functions with a banned word in their names."""
    if name.startswith("tests/"):
        return []  # what a test calls an operating system's process is its own affair
    found = [f"{name}: the name {part!r}" for part in name.removesuffix(".py").split("/") if BANNED.search(part)]
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    named = [node for node in ast.walk(tree) if isinstance(node, kinds) and node.name not in FOREIGN]
    found += [f"{name}:{node.lineno}: the name {node.name!r}" for node in named if BANNED.search(_words_of(node.name))]
    return found


def find_hollow(name: str, tree: ast.Module) -> list[str]:
    """Functions with nothing in them but `pass` or `...`, outside Protocols and abstract classes."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(
            "Protocol" in ast.unparse(base) or "ABC" in ast.unparse(base) for base in node.bases
        ):
            continue
        functions = [item for item in ast.iter_child_nodes(node) if isinstance(item, ast.FunctionDef)]
        for function in functions:
            last = function.body[-1]
            ellipsis = (
                isinstance(last, ast.Expr) and isinstance(last.value, ast.Constant) and last.value.value is Ellipsis
            )
            overload = any(ast.unparse(each).endswith("overload") for each in function.decorator_list)
            if (isinstance(last, ast.Pass) or ellipsis) and not overload:
                found.append(f"{name}:{function.lineno}: {function.name} does nothing")
    return found


def test_names() -> None:
    judge("names", [item for path in list_files(".py") for item in find_banned(name_of(path), read_tree(path))])


def test_no_function_is_hollow() -> None:
    modules = [path for path in list_files(".py") if name_of(path).startswith("src/")]
    assert not [item for path in modules for item in find_hollow(name_of(path), read_tree(path))]


def test_the_rules_find_what_they_look_for() -> None:
    for text in (
        "class OrderManager: x = 1",
        "def handle_order(): return 1",
        "def process(): return 1",
        "def process_order(): return 1",
    ):
        assert find_banned("src/a.py", ast.parse(text)), text
    assert find_banned("src/yunqi/utils.py", ast.parse(""))
    assert not find_banned(
        "src/a.py",
        ast.parse("def read_processes(): return 1\ndef find_guest_process(): return 1\nclass Commonwealth: x = 1"),
    )
    assert find_hollow("a.py", ast.parse("def f():\n    ..."))
    assert find_hollow("a.py", ast.parse("class A:\n    def f(self):\n        pass"))
    assert not find_hollow("a.py", ast.parse("class A(Protocol):\n    def f(self): ..."))
