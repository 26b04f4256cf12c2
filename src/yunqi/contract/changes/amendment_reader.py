"""Supplementary agreement text -> what it changes in a contract.

What is recognised: the term extended or set anew, the total changed, quantity or unit price of a line changed, lines
ended, lines of a table added, changed or ended, the words of an article replaced (with the service levels in them).
Everything else is listed as unread, and a person enters the change beside the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from yunqi.contract.changes.amendment import Amendment, Change, check_change, derive_totals
from yunqi.contract.changes.amendment_tables import Found, is_change_table, read_tables
from yunqi.contract.changes.compare import months_of
from yunqi.contract.clauses.base import Source, Uncertain, sentence_source
from yunqi.contract.documents import Document, Paragraph, read_document, squeeze
from yunqi.contract.model import File, Unread
from yunqi.contract.numbers import DATE, NUMBER, find_amounts, read_date, read_number
from yunqi.contract.outline import Clause, Outline, plan_outline
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import decimal_text
from yunqi.kernel.period import add_months

_TITLE = re.compile(r"补充(?:协议|合同)|变更(?:协议|合同)|合同变更")
_NUMBER = re.compile(r"(?:补充|变更)?(?:协议|合同)?编号:?([A-Za-z0-9][\w〔〕\[\]()./-]{2,60})")
_FIRST_NUMBER = re.compile(r"原合同[^。;]{0,12}?编号[^A-Za-z0-9]{0,4}([A-Za-z0-9][\w〔〕\[\]./-]{2,60})")
_SIGNED = re.compile(rf"(?:签订|签署)(?:日期|时间)?:?({DATE})")
_EFFECTIVE = re.compile(
    rf"(?:本(?:补充)?协议[^。;]{{0,20}}?)?(?:自|从)({DATE})(?:零时)?起?(?:生效|执行|施行|实施)|生效日期:?({DATE})"
)
_ON_SIGNING = re.compile(r"(?:签字|签署|签订|盖章)[^。;]{0,16}?(?:之日|当日|后)?起?生效")
_TERM = re.compile(r"(?:服务期限?|合同期限?|履行期限?|服务时间|合同有效期|服务期满)")
_LONGER = re.compile(r"延长|顺延|展期|延期|续期|变更|调整|修改")
_SPAN = re.compile(rf"({DATE})(?:起|零时)*(?:至|到|-|~)({DATE})")
_UNTIL = re.compile(rf"(?:延长|顺延|展期|延期|续期|变更|调整|修改)[^。;]{{0,12}}?(?:至|到|为)({DATE})")
_BY_MONTHS = re.compile(rf"(?:延长|顺延|展期|延期|续期)(?:服务)?({NUMBER})个月")
_TOTAL = re.compile(r"(?:合同|协议)?(?:总金额|总价款|总价|合同价款|合同金额)")
_TO = re.compile(
    r"(?:变更|调整|修改|增加|增至|减少|核减|核增|追加)?(?:后(?:的)?(?:合同)?(?:总金额|总价款|总价|价款|金额)?)?(?:为|至|到)"
)
_MORE, _LESS = re.compile(r"增加|追加|核增"), re.compile(r"减少|核减|扣减")
_LINE = rf"(?:第|序号)(?P<no>{NUMBER})(?:项|行|号|条)?"
_LINE_CHANGED = re.compile(
    rf"{_LINE}[^。;]{{0,60}}?(?P<field>数量|单价)[^。;\d]{{0,8}}?(?:由(?P<old>{NUMBER}|\d[\d,.]*)[^。;\d]{{0,6}}?)?"
    rf"(?:调整|变更|修改|增加|减少|增|减)(?:为|至|到)(?P<new>\d[\d,.]*|{NUMBER})"
)
_ENDS = "(?:取消|终止|停用|删除|删去|不再提供|不再采购)"
_NUMBERED = rf"(?:第|序号){NUMBER}(?:项|行|号|条)?"
_LINE_ENDED = re.compile(rf"{_ENDS}[^。;]{{0,24}}?{_NUMBERED}|{_NUMBERED}[^。;]{{0,24}}?(?:予以)?{_ENDS}")
_PRICES = re.compile(r"价目|价格|报价|清单|分项|服务内容|明细")
_ARTICLE = re.compile(
    r"合同(?:中)?(?:的)?(?P<article>第[一二三四五六七八九十百\d]+条(?:第?[一二三四五六七八九十\d]+款|第?[(（]?[一二三四五六七八九十\d]+[)）]?项)*)"
    r"[^。;:]{0,30}?(?:修改|变更|调整|替换|更正|修订)为[:,]?[\"“「『'‘]?(?P<text>.+?)[\"”」』'’]?[。;]?$"
)
_FORMAL = re.compile(
    r"一式|各执|盖章|签字|法定代表人|授权代表|地址|电话|开户|账号|未尽事宜|同等(?:法律)?效力|继续(?:有效|履行)|本页|经(?:双方)?(?:友好)?协商|达成(?:如下|以下)|鉴于"
)


def read_amendment(source: Path | bytes, base: Mapping[str, Any], file_name: str | None = None) -> Amendment:
    """The supplementary agreement in a file, against the contract's data as it stands before it.

    Raises `Problem` for a file that can't be read, amendment.not_one, amendment.other_contract.
    """
    return extract_amendment(read_document(source, file_name), base)


def extract_amendment(document: Document, base: Mapping[str, Any]) -> Amendment:
    """The supplementary agreement in a document that was read."""
    outline = plan_outline(document)
    clauses = list(outline.everything())
    head = [squeeze(block.text) for block in document.blocks if isinstance(block, Paragraph)][:12]
    title = next((line for line in head if _TITLE.search(line) and len(line) < 60), None)
    if title is None:
        raise Problem(
            "amendment.not_one",
            "文件「{value}」不像补充协议：开头没有「补充协议」字样的标题",
            field="file",
            value=document.file_name,
            way_out="请选择双方签订的补充协议；新合同请用「导入合同」",
        )
    made = Amendment(file=File(name=document.file_name, sm3=document.sm3, size_bytes=document.size_bytes), title=title)
    _read_identity(made, clauses, head, base)
    reader = _Reader(made, base)
    for clause in clauses:
        reader.take(clause)
    for found in read_tables(outline, base):
        reader.keep(found)
    reader.finish(outline)
    return made


def _read_identity(made: Amendment, clauses: list[Clause], head: list[str], base: Mapping[str, Any]) -> None:
    whole = "\n".join(dict.fromkeys((*head, *(clause.text for clause in clauses))))
    number = base.get("number")
    named = _FIRST_NUMBER.search(whole)
    if number and squeeze(str(number)) in whole:
        made.amends = str(number)
    elif named is not None and number:
        raise Problem(
            "amendment.other_contract",
            "补充协议所变更的是合同「{value}」，不是「{contract}」",
            field="file",
            value=named[1],
            contract=number,
            way_out="请选择它所变更的合同",
        )
    own = [match[1] for match in _NUMBER.finditer(whole) if not number or match[1] != squeeze(str(number))]
    first = named[1] if named else None
    made.number = next((one for one in own if one != first), None)
    signed = _SIGNED.search(whole)
    made.signed_on = read_date(signed[1]) if signed else None
    for clause in clauses:
        match = _EFFECTIVE.search(clause.text)
        if match is not None:
            made.effective_on = read_date(match[1] or match[2])
            made.effective_source = sentence_source(clause, match.start())
            return
    for clause in clauses:
        match = _ON_SIGNING.search(clause.text)
        if match is not None and made.signed_on is not None:
            made.effective_on, made.effective_source = made.signed_on, sentence_source(clause, match.start())
            return


class _Reader:
    def __init__(self, made: Amendment, base: Mapping[str, Any]) -> None:
        self.made = made
        self.base = base
        self.changes: list[dict[str, Any]] = []
        self.known: list[str] = []

    def take(self, clause: Clause) -> None:
        """Reads one clause."""
        for start, end in clause.plain.sentences():
            text = clause.text[start:end]
            source = sentence_source(clause, start)
            changes = list(self._read(text, source))
            for one in changes:
                self.keep(one)
            if changes or _FORMAL.search(text) or _EFFECTIVE.search(text) or _ON_SIGNING.search(text):
                self.known.append(text)
        whole = _ARTICLE.search(clause.text)
        if whole is not None:
            source = sentence_source(clause, whole.start())
            self.keep(Found("text", whole["article"], whole["text"], source))
            self.known.append(clause.text)
            for found in read_levels(whole["text"], self.base, source):
                self.keep(found)

    def keep(self, found: Found) -> None:
        """Keeps a change, or an uncertain one with its candidates; what the contract has no place for is unread."""
        if found.candidates:
            self.made.uncertain.append(
                Uncertain(path=found.path, candidates=list(found.candidates), source=found.source)
            )
            return
        source = found.source.model_dump(mode="json")
        change = {"deed": found.deed, "path": found.path, "value": found.value, "derived": found.derived}
        try:
            self.changes.append(check_change(change | {"source": source}, self.base))
        except Problem:
            self._unread(found.source.article, found.source.text, found.source.line, found.source.page)

    def _unread(self, article: str, text: str, line: int | None, page: int | None) -> None:
        if all(one.text != text for one in self.made.unread):
            self.made.unread.append(Unread(article=article, text=text, line=line, page=page))

    def finish(self, outline: Outline) -> None:
        """Numbers the changes; lists the sentences that became none."""
        seen: dict[str, dict[str, Any]] = {}
        for one in self.changes:
            seen.setdefault(f"{one['deed']} {one['path']} {one['value']}", one)
        changes = list(seen.values())
        changes.extend(derive_totals(changes, self.base))
        self.made.changes = [Change.model_validate({"no": no, **one}) for no, one in enumerate(changes, start=1)]
        for clause in outline.clauses:
            if clause.is_heading:
                continue
            for start, end in clause.plain.sentences():
                text = clause.text[start:end]
                if len(text) > 1 and not any(text in one for one in self.known) and not is_change_table(text):
                    place = clause.place
                    line = place.line if place.page is None else None
                    self._unread(clause.article, clause.plain.words(start, end), line, place.page)

    def _read(self, text: str, source: Source) -> Iterator[Found]:
        if _TERM.search(text) and _LONGER.search(text):
            yield from self._read_term(text, source)
        if _TOTAL.search(text) and not _LINE_CHANGED.search(text):
            yield from self._read_total(text, source)
        if _PRICES.search(text) or _LINE_CHANGED.search(text):
            yield from self._read_lines(text, source)

    def _read_term(self, text: str, source: Source) -> Iterator[Found]:
        term = self.base.get("term") or {}
        verb = _LONGER.search(text)
        spans = list(_SPAN.finditer(text, verb.end() if verb else 0))
        until = list(_UNTIL.finditer(text))
        by = _BY_MONTHS.search(text)
        start = term.get("start_on")
        ends = {read_date(match[2]) for match in spans} | {read_date(match[1]) for match in until}
        if by is not None and term.get("end_on"):
            after = date.fromisoformat(str(term["end_on"])) + timedelta(days=1)
            ends.add(add_months(after, int(read_number(by[1]))) - timedelta(days=1))
        known = sorted(one for one in ends if one is not None)
        if len(known) > 1:
            yield Found("set", "term.end_on", None, source, tuple(one.isoformat() for one in known))
            return
        if not known:
            return
        yield Found("set", "term.end_on", known[0].isoformat(), source)
        began = {read_date(match[1]) for match in spans}
        if len(began) == 1 and None not in began and (first := began.pop()) is not None and not until:
            after_end = term.get("end_on") and first > date.fromisoformat(str(term["end_on"]))
            if not after_end and first.isoformat() != start:
                yield Found("set", "term.start_on", first.isoformat(), source)
        months = months_of({"term": {"start_on": start, "end_on": known[0].isoformat()}})
        if term.get("months") and months is not None and months.denominator == 1:
            yield Found("set", "term.months", int(months), source, derived=True)

    def _read_total(self, text: str, source: Source) -> Iterator[Found]:
        amounts = [(one.start, one.fen) for one in find_amounts(text) if one.fen is not None]
        old = self.base.get("total_fen")
        if not amounts:
            return
        more, less = _MORE.search(text), _LESS.search(text)
        stated = [fen for start, fen in amounts if _TO.search(text[max(0, start - 16) : start])]
        if stated:
            new = stated[-1]
            others = [fen for _start, fen in amounts if fen not in (new, old)]
            sign = 1 if more else -1 if less else 0
            if others and old is not None and sign and old + sign * others[0] != new:
                yield Found("set", "total_fen", None, source, (new, old + sign * others[0]))
            else:
                yield Found("set", "total_fen", new, source)
        elif len(amounts) == 1 and old is not None and (more is None) != (less is None):
            yield Found("set", "total_fen", old + (1 if more else -1) * amounts[0][1], source)

    def _read_lines(self, text: str, source: Source) -> Iterator[Found]:
        for match in _LINE_CHANGED.finditer(text):
            no = int(read_number(match["no"]))
            field = "quantity" if match["field"] == "数量" else "unit_price"
            new = decimal_text(read_number(match["new"].replace(",", "")))
            path = f"price_lines[no={no}].{field}"
            line = next((one for one in self.base.get("price_lines") or () if one.get("no") == no), None)
            old = None if not match["old"] else decimal_text(read_number(match["old"].replace(",", "")))
            if line is None or (old is not None and old != line.get(field)):
                yield Found("set", path, None, source, (new,))
            else:
                yield Found("set", path, new, source)
        for match in _LINE_ENDED.finditer(text):
            if not _LINE_CHANGED.search(match[0]):
                number = re.search(_LINE, match[0])
                if number is not None:
                    yield Found("end", f"price_lines[no={int(read_number(number['no']))}]", None, source)


def read_levels(text: str, base: Mapping[str, Any], source: Source) -> Iterator[Found]:
    """The service levels in the new words of an article, each in place of the contract's own of the same kind."""
    from yunqi.contract.clauses.service_level.extract import extract
    from yunqi.contract.documents.text import parse_text

    words = parse_text(f"第一条 服务要求\n{text}")
    outline = plan_outline(Document("", "", 0, words, wrapped=False))
    kept = list(base.get("service_levels") or ())
    for level in extract(outline, {}).values.get("service_levels") or ():
        new = level.model_dump(mode="json") | {"source": source.model_dump(mode="json")}
        same = [
            at
            for at, one in enumerate(kept)
            if (one.get("metric"), one.get("condition")) == (new["metric"], new["condition"])
            and new["object"] in (None, one.get("object"))
        ]
        if len(same) == 1:
            for name in ("operator", "threshold", "unit", "window"):
                if new.get(name) is not None and new[name] != kept[same[0]].get(name):
                    yield Found("set", f"service_levels[{same[0]}].{name}", new[name], source)
        elif not same:
            yield Found("add", "service_levels", new, source)
        else:
            yield Found("set", f"service_levels[{same[0]}].threshold", None, source, (new["threshold"],))
