"""Texts made of the sentences, with their truth: articles in any order, figures drawn, everything else the same."""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from tests.kits.maker.draft import UNITS, chinese

from yunqi.contract.documents import squeeze

_SLOT = re.compile(r"\{(\w+)\}")
_MOST = {"minute": 59, "hour": 47, "day": 89, "working_day": 59, "month": 11}


@cache
def load_sentences() -> dict[str, tuple[str, ...]]:
    """By kind; those that owe nothing by `none`."""
    found = yaml.safe_load((Path(__file__).parent / "sentences.yaml").read_text("utf-8"))
    return {kind: tuple(sentences) for kind, sentences in found.items()}


def make_text(seed: int) -> tuple[str, dict[str, dict[str, Any]]]:
    """A contract's text with one sentence of most kinds, and the truth."""
    pick = random.Random(seed)
    sentences = dict(load_sentences())
    nothing = list(sentences.pop("none"))
    chosen = [kind for kind in sentences if pick.random() < 0.8]
    truth: dict[str, dict[str, Any]] = {}
    lines: list[str] = []
    for kind in chosen:
        words, said = _fill(pick, pick.choice(sentences[kind]))
        lines.append(words)
        truth[kind] = said
    lines += pick.sample(nothing, 6)
    pick.shuffle(lines)
    text = ["政务云服务合同", "甲方：某市数据局", "乙方：某云有限公司"]
    for number, start in enumerate(range(0, len(lines), 6), 1):
        text.append(f"第{chinese(number)}条 {pick.choice(('双方的权利义务', '服务与管理', '其他约定'))}")
        text += [f"{at}、{line}" for at, line in enumerate(lines[start : start + 6], 1)]
    return "\n".join(text) + "\n", truth


def _fill(pick: random.Random, sentence: str) -> tuple[str, dict[str, Any]]:
    said: dict[str, Any] = {}

    def put(match: re.Match[str]) -> str:
        unit = match[1]
        if unit == "n":
            said["times"] = pick.randint(1, 9)
            return pick.choice((str(said["times"]), chinese(said["times"])))
        count = pick.randint(2, _MOST[unit])
        said["limits"] = [f"{count} {unit}"]
        return f"{pick.choice((str(count), chinese(count)))}{pick.choice(UNITS[unit])}"

    return squeeze(_SLOT.sub(put, sentence)), said


def read_structured(truth: dict[str, Any]) -> dict[str, set[str]]:
    """Of a made contract's truth in contract-json form: kind → the figures that its structured clauses give."""
    found: dict[str, set[str]] = {}
    for code, path in STRUCTURED.items():
        value: Any = truth
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, dict) and value.get("count") is not None:
            found[code] = {f"{value['count']} {value['unit']}"}
    if truth.get("instalments"):
        within = [one["within"] for one in truth["instalments"] if one.get("within")]
        found["payment"] = {f"{one['count']} {one['unit']}" for one in within}
    return found


STRUCTURED = {
    "bond.in": ("bond", "due"),
    "bond.refund": ("bond", "refund_within"),
    "acceptance": ("acceptance", "deadline"),
    "acceptance.answer": ("acceptance", "silence_after"),
    "rework": ("acceptance", "rework"),
    "exit.apply": ("exit", "notice"),
    "exit.migrate": ("exit", "migration"),
    "exit.switch": ("exit", "switch_over"),
    "secrecy.returned": ("confidentiality", "return_within"),
    "force_majeure.proof": ("force_majeure", "proof_within"),
    "address.changed": ("notices", "change_within"),
}
"""Where the truth of a made contract keeps the time of a kind."""
