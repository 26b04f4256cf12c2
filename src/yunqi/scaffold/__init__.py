"""Writes the folder of a new plug-in: whole, importable, and with a test that fails until it says what it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from string import Template

from yunqi.kernel.errors import Problem

_TEMPLATES = Path(__file__).parent / "templates"
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", re.ASCII)
_LONGEST = 40
_EXAMPLE = Path("src/yunqi/reports/statement_pdf/example.json")

# kind -> folder of the family, under src/yunqi and (without the part before the last slash) under tests
FAMILIES = {
    "service": "services",
    "engine": "engines",
    "clause": "contract/clauses",
    "report": "reports",
    "probe": "probes",
}


@dataclass(frozen=True, slots=True)
class Scaffold:
    """What will be written: text by path from the root of the project; then what is left to do, one line each."""

    files: dict[str, str]
    next_steps: tuple[str, ...]


def plan_scaffold(kind: str, name: str) -> Scaffold:
    """The files of a new plug-in; raises `Problem` scaffold.unknown and scaffold.name.

    >>> sorted(plan_scaffold("clause", "warranty").files)[0]
    'src/yunqi/contract/clauses/warranty/__init__.py'
    """
    if kind not in FAMILIES:
        raise Problem(
            "scaffold.unknown",
            "没有「{value}」这种插件",
            field="kind",
            value=kind,
            known="、".join(FAMILIES),
            way_out="可用的种类：{known}",
        )
    if _NAME.fullmatch(name) is None or len(name) > _LONGEST:
        raise Problem(
            "scaffold.name",
            "名称「{value}」不可用",
            field="name",
            value=name,
            way_out="请使用小写字母、数字和下划线，以字母开头，最长 40 个字符，例如 object_store",
        )
    family = FAMILIES[kind]
    values = {
        "name": name,
        "Name": "".join(part.capitalize() for part in name.split("_")),
        "prefix": name[:3].ljust(3, "x"),
    }
    places = {"src": f"src/yunqi/{family}/{name}", "tests": f"tests/{family.split('/', maxsplit=1)[0]}"}
    files = {}
    for side, place in places.items():
        for path in sorted((_TEMPLATES / kind / side).glob("*.tmpl")):
            target = path.name.removesuffix(".tmpl").replace("NAME", name)
            files[f"{place}/{target}"] = _sort_imports(Template(path.read_text("utf-8")).substitute(values))
    steps = [f"docs/howto/new-{kind}.md"]
    if kind != "clause":
        steps.append(f".importlinter [importlinter:contract:{family}] + yunqi.{family}.{name}")
    return Scaffold(files, (*steps, "make words", "make check"))


def _sort_imports(text: str) -> str:
    """The same text, its own imports in order: where a new module belongs among them depends on its name."""
    lines = text.splitlines(keepends=True)
    own = [number for number, line in enumerate(lines) if line.startswith("from yunqi")]
    for number, line in zip(
        own, sorted((lines[number] for number in own), key=lambda line: line.split()[1]), strict=True
    ):
        lines[number] = line
    return "".join(lines)


def apply_scaffold(root: Path, kind: str, name: str) -> Scaffold:
    """Writes the files below the root of a checkout; raises `Problem` scaffold.taken when one is there already."""
    scaffold = plan_scaffold(kind, name)
    for relative in scaffold.files:
        if (root / relative).exists():
            raise Problem(
                "scaffold.taken",
                "文件「{value}」已存在，未写入任何内容",
                field="name",
                value=relative,
                way_out="请换一个名称，或先移走该文件",
            )
    files = dict(scaffold.files)
    if kind == "report":
        # A new report begins with the data that another one is tried with.
        files[f"src/yunqi/reports/{name}/example.json"] = (root / _EXAMPLE).read_text("utf-8")
    for relative, text in files.items():
        path = root / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return scaffold
