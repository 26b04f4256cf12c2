"""The catalogue of obligations: data that says who owes what upon which event, and what a sentence of it looks like."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from yunqi.contract.numbers import DURATION
from yunqi.kernel.words import _

PARTS = ("reports", "service", "contract")
UNIT = "(?:甲方|使用单位|用户单位|采购人|采购单位|采购方|委托方|委托人|需方)"
PROVIDER = "(?:乙方|云服务商|服务商|供应商|承接方|受托方|受托人|中标人|中标单位|成交单位|服务方|供方)"
_WORDS = {
    "{A}": UNIT,
    "{B}": PROVIDER,
    "{W}": "(?:之内|以内|内)",
    "{T}": r"(?:\d+|[一二两三四五六七八九十]+)[次场轮]",
    "{S}": "提交|提供|出具|报送|递交|送达|呈报|呈送|上报|交付|移交|反馈|汇报|编制|形成|补交|交出",
    "{N}": "通知|告知|通报|函告|知会",
    "{C}": "许可|同意|授权|批准|准许|认可",
    "{F}": "不得|不能|禁止|严禁|不准",
}
"""What the words of a kind may name in short: the parties, within, a number of times, hand in, tell, consent, not."""
_NAMED = re.compile(r"\?P<\w+>")


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is found in a sentence: all of `needed`, none of `barred`."""

    needed: tuple[re.Pattern[str], ...]
    barred: tuple[re.Pattern[str], ...]

    def fits(self, sentence: str) -> bool:
        """Whether a sentence in comparable form says it."""
        return all(one.search(sentence) for one in self.needed) and not any(one.search(sentence) for one in self.barred)


@dataclass(frozen=True, slots=True)
class ObligationKind:
    """One kind of obligation. `name` is what it is called, `no` its number in the table of obligations (None:
    beside it); `party` who owes it; `trigger` the event upon which it is owed; `answer` the register that shows that it
    was done, "none" where only people can say so; `evidence` the sort of document that usually shows it; `frequency`
    how often it is owed.

    `breach`: it is found where the contract says what a breach costs; `levels`, `path`: where the contract's data keep
    its time; `counts`: what is owed a number of times, by name; `completion`: by the day on which all must be done.
    """

    code: str
    name: str
    no: int | None
    party: str
    trigger: str
    answer: str
    evidence: str
    phrases: tuple[Phrase, ...]
    limits: tuple[re.Pattern[str], ...]
    frequency: str
    levels: tuple[str, ...]
    path: tuple[str, ...]
    breach: bool
    counts: re.Pattern[str] | None
    completion: bool
    instalments: bool

    @property
    def title(self) -> str:
        """What it is called, in the user's language."""
        return _(self.name)


@cache
def load_kinds() -> Mapping[str, ObligationKind]:
    """All kinds by code, in the order of the table.

    >>> len({kind.no for kind in load_kinds().values() if kind.no is not None})
    79
    """
    found: dict[str, ObligationKind] = {}
    folder = files("yunqi.contract.obligations") / "kinds"
    for part in PARTS:
        for entry in yaml.safe_load((folder / f"{part}.yaml").read_text(encoding="utf-8")):
            kind = _read_kind(entry)
            if kind.code in found:
                raise ValueError(kind.code)
            found[kind.code] = kind
    return MappingProxyType(found)


def _read_kind(entry: Mapping[str, Any]) -> ObligationKind:
    return ObligationKind(
        code=str(entry["code"]),
        name=str(entry["name"]),
        no=entry.get("number"),
        party=str(entry["party"]),
        trigger=str(entry["trigger"]),
        answer=str(entry["answer"]),
        evidence=str(entry["evidence"]),
        phrases=tuple(_read_phrase(words) for words in entry["words"]),
        limits=tuple(re.compile(_fill(words, DURATION)) for words in entry.get("limits", ())),
        frequency=str(entry.get("frequency") or ""),
        levels=_words(entry.get("levels")),
        path=_words(entry.get("path")),
        breach=bool(entry.get("breach")),
        counts=re.compile(str(entry["counts"])) if "counts" in entry else None,
        completion=bool(entry.get("completion")),
        instalments=bool(entry.get("instalments")),
    )


def _words(given: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(given or ())


def _read_phrase(words: str) -> Phrase:
    """A phrase of its parts: those after an exclamation mark are barred.

    >>> phrase = _read_phrase("周报 & 提交 & !审计")
    >>> [phrase.fits(text) for text in ("每周提交周报", "每周提交审计周报", "周报")]
    [True, False, False]
    """
    length = _NAMED.sub("?:", DURATION)
    needed: list[re.Pattern[str]] = []
    barred: list[re.Pattern[str]] = []
    for part in words.split(" & "):
        pattern = re.compile(_fill(part.removeprefix("!"), length))
        (barred if part.startswith("!") else needed).append(pattern)
    return Phrase(tuple(needed), tuple(barred))


def _fill(words: str, length: str) -> str:
    for name, meaning in _WORDS.items():
        words = words.replace(name, meaning)
    return words.replace("{D}", length)
