"""The table of rights as a page that an officer can read.

`rights.py write` makes docs/reference/rights.md, `rights.py check` says whether it is as the table says.
"""

from __future__ import annotations

import sys
from pathlib import Path

from yunqi.kernel.rights import INSTALLATION, ORGANISATION_ROLES, RELATIONS
from yunqi.kernel.rights_table import RIGHTS
from yunqi.operations.actions import load_actions

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "rights.md"
HEADS = {
    "using_unit": "使用单位",
    "provider": "云服务商",
    "administration": "管理单位",
    "supervisor": "监管服务商",
    "integrator": "信息系统服务商",
    INSTALLATION: "三员",
}
ROLES = {
    "reader": "查看",
    "operator": "经办",
    "approver": "审批",
    "administrator": "管理",
    "system_admin": "系统",
    "security_admin": "安全",
    "audit_admin": "审计",
}
MARKS = {"colleague": "须本单位另一人复核", "counterparty": "须对方单位复核"}
HEAD = """# 权限表 · Rights

Made from `src/yunqi/kernel/rights_table.py` by `.venv/bin/python scripts/rights.py write`.
A row is an action; a cell names the roles of which one is enough, in the relation that the caller's organisation
has to the object; 任何 means any role. What stands nowhere is refused. 三员: the installation's three administrators.

| action | 事项 | {heads} | 另 |
|---|---|{rules}|---|
"""


def render() -> str:
    """The page."""
    actions = load_actions()
    lines = []
    for name, right in RIGHTS.items():
        cells = []
        for relation in RELATIONS:
            roles = right.holders.get(relation, frozenset())
            words = "任何" if roles == ORGANISATION_ROLES else "、".join(ROLES[each] for each in ROLES if each in roles)
            cells.append(words or "—")
        notes = [
            *(["任何登录者"] if right.anyone else []),
            *(["本人"] if right.own else []),
            *(["云服务商须经租户同意"] if right.consent else []),
            *(["查看留痕"] if right.sensitive else []),
            *([MARKS[right.second]] if right.second else []),
        ]
        summary = actions[name].summary if name in actions else "—"
        lines.append(f"| `{name}` | {summary} | {' | '.join(cells)} | {'；'.join(notes)} |")
    heads = " | ".join(HEADS[relation] for relation in RELATIONS)
    return HEAD.format(heads=heads, rules="|".join("---" for _ in RELATIONS)) + "\n".join(lines) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["write"]:
        PAGE.write_text(render(), encoding="utf-8")
    elif sys.argv[1:] == ["check"]:
        sys.exit(
            0 if PAGE.exists() and PAGE.read_text("utf-8") == render() else f"{PAGE.name} is stale: rights.py write"
        )
    else:
        sys.exit("rights.py write | check")
