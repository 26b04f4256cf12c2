"""What a program may be let do, in groups that people know: for the form of API tokens."""

from __future__ import annotations

from dataclasses import dataclass

from yunqi.kernel.rights import Caller
from yunqi.kernel.rights_table import BY_PERSONS_ONLY, RIGHTS
from yunqi.kernel.words import _
from yunqi.operations.actions import load_actions
from yunqi.operations.actions.audit import action_word

GROUPS = {
    "contracts": "合同、额度与约定",
    "delivery": "信息系统、工单与资源",
    "incidents": "故障、认定与除外",
    "evidence": "证据与判定",
    "money": "结算、付款与义务",
    "documents": "文档与文件",
    "rest": "单位、人员与其他",
}
_NOUNS = {
    "contracts": ("contract", "amendment", "entitlement", "reading", "burst", "delivery"),
    "delivery": ("system", "work_order", "resource", "adoption", "tenant"),
    "incidents": ("incident", "adjudication", "exclusion", "occurrence", "rectification", "kpi", "register"),
    "evidence": ("evidence", "verdict", "sample"),
    "money": ("month", "statement", "payment", "bond", "obligation", "invoice", "allocation", "application", "usage"),
    "documents": ("document", "file", "table", "weekly_report", "service_plan"),
}
READ, WRITE = "read", "write"


@dataclass(frozen=True, slots=True)
class Scope:
    """One group: the actions that only read, and those that change something; each a name and its words."""

    key: str
    words: str
    reads: tuple[tuple[str, str], ...]
    writes: tuple[tuple[str, str], ...]

    def names(self, kind: str) -> frozenset[str]:
        """The actions of a kind."""
        return frozenset(name for name, _words in (self.reads if kind == READ else self.writes))


def group_of(action: str) -> str:
    """The group that an action is in.

    >>> group_of("statement.read"), group_of("overview.read")
    ('money', 'rest')
    """
    noun = action.partition(".")[0]
    return next((key for key, nouns in _NOUNS.items() if noun in nouns), "rest")


def list_scopes(caller: Caller) -> list[Scope]:
    """What a program of the caller's could be let do: no more than the caller's roles allow at this moment."""
    found: dict[str, tuple[list[tuple[str, str]], list[tuple[str, str]]]] = {key: ([], []) for key in GROUPS}
    for name, action in load_actions().items():
        right = RIGHTS[name]
        held = right.anyone or right.own or any(roles & caller.roles for roles in _holders(caller, name))
        if name in BY_PERSONS_ONLY or not held:
            continue
        reads, writes = found[group_of(name)]
        (reads if action.kind == "read" else writes).append((name, action_word(name)))
    return [
        Scope(key, _(GROUPS[key]), tuple(reads), tuple(writes))
        for key, (reads, writes) in found.items()
        if reads or writes
    ]


def _holders(caller: Caller, name: str) -> list[frozenset[str]]:
    holders = RIGHTS[name].holders
    return [holders.get(caller.organisation_role, frozenset()), holders.get("installation", frozenset())]


def actions_of(scopes: list[Scope], chosen: tuple[str, ...], single: tuple[str, ...]) -> tuple[str, ...]:
    """The actions of what was ticked: whole groups (`money:read`) and single actions; nothing that is not offered."""
    named = {scope.key: scope for scope in scopes}
    wanted = set(single) & {name for scope in scopes for kind in (READ, WRITE) for name in scope.names(kind)}
    for one in chosen:
        key, _colon, kind = one.partition(":")
        if key in named and kind in (READ, WRITE):
            wanted |= named[key].names(kind)
    return tuple(sorted(wanted))
