"""The typed methods of the client, made from the actions: `update` writes src/yunqi/client/methods, `check` compares.

One class a noun, a method an action with its request's fields as keywords and its answer as its type. A list also has
an iterator over all its pages; what is ordered by kind has a method a kind, with a model of that kind's spec.
"""

from __future__ import annotations

import inspect
import keyword
import re
import subprocess
import sys
import textwrap
import types
import typing
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel
from pydantic_core import PydanticUndefined

from yunqi.operations.actions import Action, Content, load_actions
from yunqi.wire.base import ListRequest, Page

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "src" / "yunqi" / "client" / "methods"
RUFF = Path(sys.executable).with_name("ruff")
MADE = "Made by scripts/client.py; not to be edited."
SINGULAR = frozenset({"audit", "evidence", "overview", "search"})
NOT_ASKED = frozenset({"fields"})
"""Fields of a request that no method has: an answer is always whole."""
_FIRST_PARTY = 'lint.isort.known-first-party=["yunqi", "tests"]'
PAGED = frozenset({"limit", "cursor"})


def plural_of(noun: str) -> str:
    """The name of a noun's class and attribute.

    >>> plural_of("work_order"), plural_of("evidence"), plural_of("penalty"), plural_of("watch")
    ('work_orders', 'evidence', 'penalties', 'watches')
    """
    if noun in SINGULAR:
        return noun
    if noun.endswith(("ch", "s")):
        return noun + "es"
    return noun[:-1] + "ies" if noun.endswith("y") else noun + "s"


def class_of(name: str) -> str:
    """The class of a noun's methods.

    >>> class_of("work_orders")
    'WorkOrdersMethods'
    """
    return "".join(part.title() for part in name.split("_")) + "Methods"


@dataclass
class Module:
    """One generated file while it grows."""

    name: str
    doc: str
    imports: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    deeds: list[str] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)

    def use(self, module: str, name: str) -> str:
        """The name, imported."""
        self.imports[module].add(name)
        return name

    def type_text(self, annotation: Any) -> str:
        """An annotation as it is written, what it names imported."""
        if annotation is None or annotation is type(None):
            return "None"
        if annotation is AwareDatetime:  # what a type checker takes for a datetime
            annotation = datetime
        if annotation is Any:
            return self.use("typing", "Any")
        origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
        if origin is typing.Annotated:
            return self.type_text(parts[0])
        if origin in (typing.Union, types.UnionType):
            return " | ".join(dict.fromkeys(self.type_text(part) for part in parts))
        if origin is typing.Literal:
            self.use("typing", "Literal")
            return f"Literal[{', '.join(repr(part) for part in parts)}]"
        if annotation is Ellipsis:
            return "..."
        if origin is not None:
            return f"{self.type_text(origin)}[{', '.join(self.type_text(part) for part in parts)}]"
        generic = getattr(annotation, "__pydantic_generic_metadata__", {})
        if generic.get("origin"):
            inner = ", ".join(self.type_text(part) for part in generic["args"])
            return f"{self.type_text(generic['origin'])}[{inner}]"
        if annotation.__module__ != "builtins":
            self.use(annotation.__module__, annotation.__name__)
        return str(annotation.__name__)


@dataclass(frozen=True)
class Parameter:
    """One keyword of a method."""

    name: str
    type_text: str
    default: str | None

    def __str__(self) -> str:
        """As it stands in the signature."""
        return f"{self.name}: {self.type_text}" + ("" if self.default is None else f" = {self.default}")


def read_parameters(module: Module, model: type[BaseModel], leave: frozenset[str]) -> list[Parameter]:
    """The keywords for the fields of a model: those without a default first."""
    found = []
    for name, info in model.model_fields.items():
        if name in leave:
            continue
        text = module.type_text(info.annotation)
        if info.is_required():
            found.append(Parameter(name, text, None))
        elif info.default is not PydanticUndefined and isinstance(info.default, str | int | bool | type(None)):
            found.append(Parameter(name, text, repr(info.default)))
        else:
            found.append(Parameter(name, text if "None" in text.split(" | ") else f"{text} | None", "None"))
    return sorted(found, key=lambda one: one.default is not None)


def add_action(module: Module, action: Action, specs: Module) -> None:
    """Writes an action's method or methods into the module of its noun."""
    verb = action.name.partition(".")[2]
    about = (inspect.getdoc(action.work) or "").split("\n\n", maxsplit=1)[0].replace("\n", " ")
    module.use("yunqi.client.base", "Deed")
    path = action.path
    if action.variants is not None:
        for variant in action.variants():
            suffix = "_".join(variant.values.values())
            for name, value in variant.values.items():
                path = action.path.replace("{" + name + "}", value)
            add_spec(specs, variant.body.model_fields["spec"].annotation)
            fixed = {name: repr(value) for name, value in variant.values.items()}
            add_method(module, action, f"{verb}_{suffix}", path, about, fixed, variant.body)
        path = re.sub(r"/{\w+}$", "", action.path)
    add_method(module, action, verb, path, about, {}, action.request)


def add_method(
    module: Module, action: Action, verb: str, path: str, about: str, fixed: dict[str, str], model: type[BaseModel]
) -> None:
    """Writes one method, and its iterator where it gives pages."""
    method = verb + "_" if keyword.iskeyword(verb) else verb
    deed = f"_{verb.upper()}"
    request = module.use(action.request.__module__, action.request.__name__)
    said = f", fixed={tuple(fixed)!r}" if fixed else ""
    address = f'"{action.name}", "{action.method}", "{path}"'
    module.deeds.append(f'{deed} = Deed({address}, "{action.kind}", {request}{said})')
    paged = issubclass(action.request, ListRequest) and issubclass(action.answer, Page)
    parameters = read_parameters(module, model, NOT_ASKED)
    if fixed:
        spec = parameters[[one.name for one in parameters].index("spec")]
        module.imports.pop(str(model.model_fields["spec"].annotation.__module__), None)
        module.use("yunqi.client.methods.specs", spec.type_text)
    values = dict(fixed) | {one.name: one.name for one in parameters}
    if fixed:
        values["spec"] = 'spec.model_dump(mode="json", exclude_unset=True)'
    given = ", ".join(f'"{name}": {value}' for name, value in values.items())
    extra, passed = "", ""
    if action.kind != "read":
        extra, passed = "key: str | None = None", ", key=key"
        if action.follows:
            extra, passed = extra + ", if_match: str | None = None", passed + ", if_match=if_match"
    answer, call = answer_of(module, action)
    places = re.findall(r"{(\w+)}", path)
    first = [one for one in parameters if places and one.name == places[0]]
    rest = [one for one in parameters if one not in first]
    named = ", ".join([*map(str, rest), *([extra] if extra else [])])
    signature = ", ".join(["self", *map(str, first), *(["*", named] if named else [])])
    module.methods.append(
        f"    def {method}({signature}) -> {answer}:\n"
        f'        """{wrap(about)}"""\n'
        f"        return self.{call.format(deed=deed, given='{' + given + '}', passed=passed)}\n"
    )
    if paged:
        add_iterator(module, action, verb, deed, about, [one for one in parameters if one.name not in PAGED], first)


def wrap(about: str) -> str:
    """A docstring's words in lines that fit."""
    lines = textwrap.wrap(about, 105)
    return "\n        ".join([*lines, ""] if len(lines) > 1 else lines)


def add_iterator(
    module: Module,
    action: Action,
    verb: str,
    deed: str,
    about: str,
    parameters: list[Parameter],
    first: list[Parameter],
) -> None:
    """Writes the iterator over all pages of a list."""
    page = module.type_text(action.answer)
    item = module.type_text(typing.get_args(action.answer.model_fields["items"].annotation)[0])
    module.use("collections.abc", "Iterator")
    module.use("yunqi.wire.base", "PAGE_LIMIT")
    given = ", ".join(f'"{one.name}": {one.name}' for one in parameters)
    name = "iterate" if verb == "list" else f"iterate_{verb}"
    rest = [one for one in parameters if one not in first]
    signature = ", ".join(["self", *map(str, first), *(["*", *map(str, rest)] if rest else [])])
    module.methods.append(
        f"    def {name}({signature}) -> Iterator[{item}]:\n"
        f'        """{wrap(about.rstrip(".") + "; of all pages, one after another.")}"""\n'
        f'        return self._iterate({deed}, {{{given}, "limit": PAGE_LIMIT}}, {page})\n'
    )


def answer_of(module: Module, action: Action) -> tuple[str, str]:
    """The type that a method gives, and the call that makes it."""
    if action.answer is Content:
        return module.use("yunqi.client.base", "Download"), "_download({deed}, {given})"
    text = module.type_text(action.answer)
    made = "({deed}, {given}, " + text + "{passed})"
    if action.kind == "run":
        if action.right.second:
            raise ValueError(f"{action.name}: a run that waits for a second person has no method yet")
        module.use("yunqi.client.base", "Pending")
        return f"Pending[{text}]", "_begin" + made
    if action.right.second:
        return f"{text} | {module.use('yunqi.wire.base', 'Proposal')}", "_answer_or_proposal" + made
    return text, "_answer" + made


def add_spec(specs: Module, model: type[BaseModel]) -> None:
    """Writes the model of a kind's spec with its bounds; what its service checks beyond them, the server says."""
    lines = [f"class {model.__name__}(Request):", f'    """{inspect.getdoc(model)}"""', ""]
    for name, info in model.model_fields.items():
        text = specs.type_text(info.annotation)
        bounds = ", ".join(
            f"{bound}={render_bound(specs, value)}"
            for meta in info.metadata
            for bound in ("ge", "gt", "le", "lt", "multiple_of", "max_length", "pattern")
            if (value := getattr(meta, bound, None)) is not None
        )
        if bounds:
            specs.use("typing", "Annotated")
            specs.use("pydantic", "Field")
            text = f"Annotated[{text}, Field({bounds})]"
        default = "" if info.is_required() else f" = {info.default!r}"
        lines.append(f"    {name}: {text}{default}")
    specs.use("yunqi.wire.base", "Request")
    specs.methods.append("\n".join(lines) + "\n")


def render_bound(specs: Module, value: Any) -> str:
    """A bound as it is written."""
    if type(value).__name__ == "Decimal":
        specs.use("decimal", "Decimal")
        return f"Decimal({value})" if value == int(value) else f'Decimal("{value}")'
    return repr(value)


def render_module(module: Module, head: str) -> str:
    """The text of a module, formatted."""
    lines = [f'"""{module.doc} {MADE}"""', "", "from __future__ import annotations", ""]
    lines += [f"from {name} import {', '.join(sorted(names))}" for name, names in sorted(module.imports.items())]
    lines += ["", *module.deeds, "", head, "\n".join(module.methods)]
    return format_text("\n".join(lines), module.name)


def format_text(text: str, name: str) -> str:
    """The text as the formatter and the import sorter leave it."""
    path = str(FOLDER / f"{name}.py")
    for arguments in (["check", "--select", "I", "--config", _FIRST_PARTY, "--fix", "--quiet"], ["format", "--quiet"]):
        done = subprocess.run(
            [RUFF, *arguments, "--stdin-filename", path, "-"], input=text.encode(), capture_output=True, check=False
        )
        if done.returncode != 0:
            raise ValueError(f"{name}: {done.stderr.decode()}{text}")
        text = done.stdout.decode()
    return text


def render_index(nouns: list[str]) -> str:
    """The text of the package's front: every noun as an attribute, loaded when it is used."""
    lines = [f'"""The methods, one class a noun. {MADE}"""', "", "from __future__ import annotations", ""]
    lines += ["from functools import cached_property", "from importlib import import_module"]
    lines += ["from typing import TYPE_CHECKING, Any, cast", ""]
    lines += ["from yunqi.client.base import Session", "", "if TYPE_CHECKING:"]
    lines += [f"    from yunqi.client.methods.{noun} import {class_of(noun)}" for noun in nouns]
    lines += ["", "", "class Nouns:", '    """Every noun as an attribute."""', ""]
    lines += ["    def __init__(self, session: Session) -> None:", "        self._session = session", ""]
    for noun in nouns:
        if noun == "runs":  # the client's own class, which also waits
            continue
        lines += [
            "    @cached_property",
            f"    def {noun}(self) -> {class_of(noun)}:",
            f'        """The methods of {noun.replace("_", " ")}."""',
            f'        return cast("{class_of(noun)}", self._load("{noun}", "{class_of(noun)}"))',
            "",
        ]
    lines += ["    def _load(self, module: str, name: str) -> Any:"]
    lines += ['        return getattr(import_module(f"{__name__}.{module}"), name)(self._session)', ""]
    text = "\n".join(lines).replace("    from yunqi.client.methods.runs import RunsMethods\n", "", 1)
    return format_text(text, "__init__")


def render_all() -> Iterator[tuple[Path, str]]:
    """Every generated file with its text."""
    modules: dict[str, Module] = {}
    specs = Module("specs", "What the kinds of resources are ordered with.")
    for action in sorted(load_actions().values(), key=lambda one: one.name):
        noun = action.name.partition(".")[0]
        plural = plural_of(noun)
        if plural not in modules:
            modules[plural] = Module(plural, f"The methods of {plural.replace('_', ' ')}.")
        add_action(modules[plural], action, specs)
    for plural, module in modules.items():
        module.use("yunqi.client.base", "Noun")
        head = f'class {class_of(plural)}(Noun):\n    """What can be asked and done."""\n'
        yield FOLDER / f"{plural}.py", render_module(module, head)
    yield FOLDER / "specs.py", render_module(specs, "")
    yield FOLDER / "__init__.py", render_index(sorted(modules))


def find_stale() -> list[str]:
    """Names of generated files that are not what the actions give now, and of those that nothing gives."""
    made = dict(render_all())
    stale = [path.name for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text]
    return stale + [path.name for path in sorted(FOLDER.glob("*.py")) if path not in made]


def main(words: list[str]) -> int:
    """Writes or compares, as told."""
    if words == ["check"]:
        stale = find_stale()
        for name in stale:
            print(f"stale: src/yunqi/client/methods/{name}; run: python scripts/client.py update", file=sys.stderr)
        return 1 if stale else 0
    if words != ["update"]:
        print(__doc__, file=sys.stderr)
        return 2
    FOLDER.mkdir(exist_ok=True)
    made = dict(render_all())
    for path, text in made.items():
        path.write_text(text, "utf-8")
    for path in FOLDER.glob("*.py"):
        if path not in made:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
