"""No float where money, law and time are decided; no figure of the law in a rule."""

import ast
import re

from tests.rules.house import PURE, judge, list_modules, name_of, read_tree

MEASURED = (
    "src/yunqi/contract/documents/layout.py",
    "src/yunqi/contract/documents/portable.py",
    "src/yunqi/contract/documents/portable_child.py",
    "src/yunqi/contract/documents/scan/",
)
"""Where words stand on a page, and how sure a machine is of them, is measured; no amount, share or time is computed."""

FLOAT_CALLS = frozenset({"float", "total_seconds", "timestamp", "fsum", "fmean", "sqrt", "monotonic", "perf_counter"})
WHOLE = re.compile(r"_(fen|bytes|count|s|ms|ns|minutes|seconds|days|months|millionths|mib|gb)$")
PLAIN = frozenset({0, 1, -1})
FIGURE = re.compile(r"^-?\d+(\.\d+)?(/\d+)?%?$")


def _name_of(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_whole(node: ast.expr) -> bool:
    """Whether an operand is surely an int: a literal, a length, a name with the unit of a count."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int)
    if isinstance(node, ast.Call):
        return _name_of(node.func) in {"int", "len", "ord", "round"}
    return bool(WHOLE.search(_name_of(node)))


def find_floats(name: str, tree: ast.Module) -> list[str]:
    """Float literals, the name float, calls that give floats, and int / int."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append((node.lineno, f"float literal {node.value}"))
        elif isinstance(node, ast.Name) and node.id == "float":
            found.append((node.lineno, "float"))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in FLOAT_CALLS:
            found.append((node.lineno, f".{node.func.attr}() gives a float"))
        elif (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Div)
            and _is_whole(node.left)
            and _is_whole(node.right)
        ):
            # One operand alone may well be a Fraction with an int; two ints never are.
            found.append((node.lineno, "true division of ints: use // or Fraction"))
    return [f"{name}:{line}: {what}" for line, what in sorted(found)]


def find_figures(name: str, tree: ast.Module) -> list[str]:
    """Numbers other than 0, 1 and -1, also as text."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and not isinstance(node.value, bool):
            if isinstance(node.value, (int, float)) and node.value not in PLAIN:
                found.append(f"{name}:{node.lineno}: the figure {node.value}")
            elif isinstance(node.value, str) and FIGURE.match(node.value) and node.value not in {"0", "1", "-1"}:
                found.append(f"{name}:{node.lineno}: the figure {node.value!r}")
    return found


def test_no_float_in_the_exact_planes() -> None:
    exact = [path for path in list_modules(*PURE) if not name_of(path).startswith(MEASURED)]
    judge("floats", [item for path in exact for item in find_floats(name_of(path), read_tree(path))])


def test_no_figure_in_a_rule() -> None:
    rules = [path for path in list_modules("contract") if path.name == "rule.py"]
    judge("figures", [item for path in rules for item in find_figures(name_of(path), read_tree(path))])


def test_the_rules_find_what_they_look_for() -> None:
    bad = [
        "x = 0.5",
        "x = float(y)",
        "def f(x: float): ...",
        "x = span.total_seconds()",
        "x = 1 / 3",
        "x = len(a) / 2",
        "x = a_fen / b_count",
    ]
    for text in bad:
        assert find_floats("a.py", ast.parse(text)), text
    for text in ("x = Fraction(1, 3) / 2", "x = root / 'name'", "x = 7 // 2", "x = share / Fraction(2)"):
        assert not find_floats("a.py", ast.parse(text)), text
    for text in ("if minutes >= 30: pass", "x = Fraction('0.05')", "x = '5%'", "x = -2"):
        assert find_figures("rule.py", ast.parse(text)), text
    for text in ("x = 0", "x = -1", "x = True", "x = 'availability'", "x = y[1]"):
        assert not find_figures("rule.py", ast.parse(text)), text
