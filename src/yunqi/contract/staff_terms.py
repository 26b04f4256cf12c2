"""What a contract says of its people and exercises, with the words that say it. Pure.

Read from every source that the contract's data have, what was left unread or found open by the review included; what no
sentence says, or several say differently, is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from yunqi.contract.clauses.words import find_within
from yunqi.contract.documents import squeeze
from yunqi.contract.numbers import NUMBER, read_number

_MONTHS = re.compile(rf"连续(?P<count>{NUMBER})个月[^。;]{{0,40}}?(?:人员|人数|骨干|团队)")
_FEWER = re.compile(r"人数|缺员|缺岗|不足|配备")
_LESS = re.compile(r"未达到|少于|不足|低于|达不到|未满足|不满足|缺")
_STAFFING = re.compile(r"(?:人员|团队|经理|骨干)")
_CASES = re.compile(
    rf"(?P<over>超过)?(?:累计|合计|共)(?:发生|出现|达到|达|有)?(?P<over2>超过)?(?P<count>{NUMBER})(?:次|起|人次)(?P<more>及?以上|或以上)?"
)
_STAFF_BREACH = re.compile(
    r"(?:擅自|未经[^,。;]{0,12}同意[^,。;]{0,4})(?:更换|调换|变更)[^,。;]{0,8}人员|脱离岗位|脱岗|未及时到岗|(?:未|没有)按[^。;]{0,30}提供[^。;]{0,14}(?:人员|团队)"
)
_REPLACE = re.compile(r"更换[^。;]{0,24}?(?:人员|人选|经理|工程师)")
_CONSENT = re.compile(
    r"(?:未经[^,。;]{0,14}(?:同意|许可)[^。;]{0,20}(?:更换|调换|变更|撤换)|(?:更换|调换|变更|撤换)[^。;]{0,30}(?:须|应|需)[^。;]{0,16}同意)"
)
_KEY = re.compile(
    r"(?:重大活动|重保|保障期|重要时期)[^。;]{0,20}(?:骨干|管理人员|关键人员)[^。;]{0,16}(?:未到场|没有到场|未到岗|没有到岗|缺席|缺岗|不在岗)"
)
_EMPLOYEES = re.compile(r"(?:均|都|须|应)(?:为|是|与)[^。;]{0,12}(?:员工|劳动关系|劳务关系)")
_UNDERTAKING = re.compile(
    r"(?:人员|员工)[^。;]{0,24}签(?:署|订)[^。;]{0,10}(?:保密(?:协议|合同|承诺)|书面承诺)|与[^。;]{0,20}人员签(?:署|订)"
)
_BACKGROUND = re.compile(r"背景(?:调查|审查|核查)|政审")
_PERMISSION = re.compile(
    r"(?:取得|获得|经)[^,。;]{0,14}(?:许可|同意|批准)[^。;]{0,8}(?:开展|进行|组织)[^。;]{0,10}演练"
)
_AT_LEAST = re.compile(rf"(?:至少|不少于|不低于|开展|进行|组织|完成)?(?P<count>{NUMBER})次(?:及?以上)?")
_EVERY_YEAR = re.compile(r"每年|每一年|每个?服务年|每个?年度")
_REGULARLY = re.compile(r"定期")
_EXERCISES: Mapping[str, re.Pattern[str]] = {
    "restore_drill": re.compile(r"恢复(?:性)?(?:演练|测试|验证)"),
    "drill": re.compile(r"(?<!恢复)演练"),
    "training": re.compile(r"培训"),
}
_ONE_KIND = ("restore_drill", "drill", "training")
_PROMISED = re.compile(
    rf"(?:提供|配备|派驻|指派|安排|投入|承诺)[^。;,]{{0,12}}?(?P<count>{NUMBER})(?:名|人|位)"
    r"(?P<role>(?:(?!代表)[^。;,、及和与(]){0,8}?(?:项目经理|工程师|(?:驻场|运维|服务|技术|管理|值守|专职)人员|负责人))"
)
SPOKEN_OF = re.compile(
    "人员|人数|骨干|团队|岗|更换|调换|变更|撤换|员工|劳动关系|劳务关系|背景|政审|演练|恢复|培训|工程师|负责人|经理"
)
"""A sentence without any of these words says nothing that the patterns above find: most sentences are passed over."""

Source = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """A figure, or merely that something is so (`count` None), with the words that say it."""

    source: Source
    count: int | None = None
    operator: str = ">="
    within: Mapping[str, Any] | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class ExerciseTerm:
    """So many exercises of a kind (None: no number) in each year or over the term."""

    kind: str
    count: int | None
    every: Literal["year", "term"]
    source: Source


@dataclass(frozen=True, slots=True)
class StaffTerms:
    """All that the text says; None or empty: it says nothing, or says several different things of it."""

    short_months: Said | None = None
    breach_limit: Said | None = None
    replace_within: Said | None = None
    change_consent: Said | None = None
    key_staff: Said | None = None
    employees: Said | None = None
    undertaking: Said | None = None
    background: Said | None = None
    drill_permission: Said | None = None
    promised: tuple[Said, ...] = ()
    exercises: tuple[ExerciseTerm, ...] = ()


def find_staff_terms(data: Mapping[str, Any]) -> StaffTerms:
    """What the data of a contract say of its people and exercises.

    >>> text = "连续2个月承诺的运维人员人数未达到要求"
    >>> terms = find_staff_terms({"obligations": [{"source": {"article": "8", "text": text}}]})
    >>> terms.short_months.count, terms.breach_limit
    (2, None)
    """
    sentences = list(_sentences(data))
    return StaffTerms(
        short_months=_one(_short_months(sentences)),
        breach_limit=_one(_breach_limit(sentences)),
        replace_within=_one(_replace_within(sentences)),
        change_consent=_plain(sentences, _CONSENT),
        key_staff=_plain(sentences, _KEY),
        employees=_plain(sentences, _EMPLOYEES),
        undertaking=_plain(sentences, _UNDERTAKING),
        background=_plain(sentences, _BACKGROUND),
        drill_permission=_plain(sentences, _PERMISSION),
        promised=tuple(_promised(sentences)),
        exercises=tuple(_exercises(sentences)),
    )


def _sentences(data: Mapping[str, Any]) -> Iterator[tuple[str, Source]]:
    """The sentences that may say something of them, each once for its article, with the source that has it first."""
    sources: list[Source] = []
    _collect(data, sources)
    read: set[tuple[str, str]] = set()
    seen: set[tuple[str, str]] = set()
    for source in sources:
        article, text = str(source.get("article") or ""), str(source["text"])
        if (article, text) in read:
            continue
        read.add((article, text))
        words = squeeze(text)
        if not SPOKEN_OF.search(words):
            continue
        for sentence in re.split(r"[。;；]", words):
            key = (article, sentence)
            if key not in seen and SPOKEN_OF.search(sentence):
                seen.add(key)
                yield sentence, source


def _collect(value: Any, found: list[Source]) -> None:
    """All that carries a text and its article, from without to within; nothing of what the reader was unsure of."""
    kind = type(value)  # of thousands of values, most are dicts or plain: that is told fast
    if kind in _PLAIN:
        return
    if kind is dict or isinstance(value, Mapping):
        if value.get("text") and "article" in value:
            found.append(value)
        for name, one in value.items():
            if name != "uncertain" and type(one) not in _PLAIN:
                _collect(one, found)
    elif isinstance(value, list | tuple):
        for one in value:
            _collect(one, found)


_PLAIN = frozenset({str, int, bool, type(None)})


def _one(found: Iterator[Said]) -> Said | None:
    """What all sentences that say it agree on; None where none does, or where they differ."""
    said = list(found)
    values = {(one.count, one.operator, tuple(sorted((one.within or {}).items()))) for one in said}
    return said[0] if len(values) == 1 else None


def _plain(sentences: list[tuple[str, Source]], pattern: re.Pattern[str]) -> Said | None:
    return next((Said(source) for sentence, source in sentences if pattern.search(sentence)), None)


def _short_months(sentences: list[tuple[str, Source]]) -> Iterator[Said]:
    for sentence, source in sentences:
        match = _MONTHS.search(sentence)
        if match is not None and _FEWER.search(sentence) and _LESS.search(sentence):
            yield Said(source, int(read_number(match["count"])))


def _breach_limit(sentences: list[tuple[str, Source]]) -> Iterator[Said]:
    for sentence, source in sentences:
        match = _CASES.search(sentence)
        if match is not None and _STAFF_BREACH.search(sentence):
            beyond = (match["over"] or match["over2"]) and not match["more"]
            yield Said(source, int(read_number(match["count"])), ">" if beyond else ">=")


def _replace_within(sentences: list[tuple[str, Source]]) -> Iterator[Said]:
    for sentence, source in sentences:
        if _REPLACE.search(sentence):
            within = find_within(sentence)
            if within is not None:
                yield Said(source, within=within[0].model_dump())


def _promised(sentences: list[tuple[str, Source]]) -> Iterator[Said]:
    for sentence, source in sentences:
        for match in _PROMISED.finditer(sentence):
            yield Said(source, int(read_number(match["count"])), role=match["role"])


def _exercises(sentences: list[tuple[str, Source]]) -> Iterator[ExerciseTerm]:
    known: set[tuple[str, int | None, str, str]] = set()
    for sentence, source in sentences:
        kind = next((kind for kind in _ONE_KIND if _EXERCISES[kind].search(sentence)), None)
        if kind is None:
            continue
        count = _count_in(sentence)
        if count is None and not (kind == "restore_drill" and _REGULARLY.search(sentence)):
            continue
        every: Literal["year", "term"] = "year" if _EVERY_YEAR.search(sentence) else "term"
        key = (kind, count, every, str(source.get("article") or ""))
        if key not in known:
            known.add(key)
            yield ExerciseTerm(kind, count, every, source)


def _count_in(sentence: str) -> int | None:
    """The one number of times in a sentence; None where it has none or several."""
    found = [int(read_number(match["count"])) for match in _AT_LEAST.finditer(sentence)]
    return found[0] if len(found) == 1 else None
