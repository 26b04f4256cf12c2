"""The independent program `tools/rederive` as one file, for whoever has nothing but Python and an export."""

from __future__ import annotations

import re
from pathlib import Path

from yunqi.kernel.errors import Problem
from yunqi.operations.settings import project_root

NAME = "rederive.py"
_FOLDER = Path("tools") / "rederive"
_NEEDS = re.compile(r"^from \.(\w+) import", re.MULTILINE)
"""What a module needs to be there first; what it names for its types alone stands further in, and is not run."""
_HEAD = '''#!/usr/bin/env python3
"""核验云契导出的证据，并独立复算结算单。只需要 Python 3.11 以上，不联网，不安装任何东西。

    python rederive.py 导出包.zip [--key 密钥编号] [--root 日期=SM3] [--month YYYY-MM] [--all] [--json]

退出码：0 全部相符，1 有不对之处，2 无法核验。以下各段就是该程序的各个模块，一字未改。
"""

import sys
import types

_package = sys.modules["rederive"] = types.ModuleType("rederive")
_package.__path__ = []


def _load(name: str, source: str) -> None:
    module = types.ModuleType(f"rederive.{name}")
    module.__package__ = "rederive"
    sys.modules[module.__name__] = module
    setattr(_package, name, module)
    exec(compile(source, f"rederive/{name}.py", "exec"), module.__dict__)
'''
_TAIL = """

if __name__ == "__main__":
    sys.exit(sys.modules["rederive.command"].main())
"""


def render_verifier(folder: Path | None = None) -> bytes:
    """The program as one Python file: its modules word for word, each after those it needs.

    Raises `Problem` evidence.no_verifier where this installation came without its tools.
    """
    root = folder or (project_root() or Path()) / _FOLDER
    sources = {path.stem: path.read_text("utf-8") for path in sorted(root.glob("*.py")) if path.stem[0] != "_"}
    if not sources:
        raise Problem(
            "evidence.no_verifier",
            "本安装没有离线核验程序 {path}",
            field="path",
            path=root,
            way_out="请从云契的源码目录运行，或补上该目录",
        )
    text, done = _HEAD, set[str]()
    while left := [name for name in sources if name not in done]:
        name = next(name for name in left if set(_NEEDS.findall(sources[name])) <= done)
        text += f"\n\n_load(\n    {name!r},\n    r'''{sources[name]}''',\n)\n"
        done.add(name)
    return (text + _TAIL).encode()
