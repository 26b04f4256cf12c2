"""A contract's data as people read it beside its text: by clause kind, each figure with where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from yunqi.cases.machine import ROLE_LABELS
from yunqi.contract.clauses.other_penalty.bands import say_band
from yunqi.contract.clauses.other_penalty.rule import CASE, cap_over
from yunqi.contract.report_words import frequency_words
from yunqi.kernel.money import render_percent
from yunqi.kernel.words import _
from yunqi.reports.penalty_words import base_word, counting_word, duty_word
from yunqi.reports.words import (
    event_word,
    object_word,
    offset_word,
    operator_word,
    severity_word,
    trigger_word,
    unit_word,
    window_word,
)
from yunqi.settlement.capped import over_word
from yunqi.settlement.titles import level_figure, level_title
from yunqi.web import figures

Data = Mapping[str, Any]
Shown = str | Markup


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure or statement of the data; `id` is its anchor, `sources` where it stands in the text.

    `path`: where the value stands in the data, "" where it is put together from several.
    """

    id: str
    label: str
    value: Shown
    note: Shown = ""
    sources: tuple[Data, ...] = ()
    path: str = ""

    @property
    def article(self) -> str:
        """The article of its first source."""
        return str(self.sources[0]["article"]) if self.sources else ""


@dataclass(frozen=True, slots=True)
class Section:
    """The facts of one clause kind."""

    key: str
    title: str
    facts: tuple[Fact, ...]


@dataclass
class _Maker:
    """Collects the facts of a section, numbering them."""

    key: str
    facts: list[Fact] = field(default_factory=list)

    def add(self, label: str, value: Shown | None, *sources: Data | None, note: Shown = "", path: str = "") -> None:
        """A fact, unless the text states nothing."""
        if value is None or value == "":
            return
        found = tuple(one for one in sources if one)
        self.facts.append(Fact(f"{self.key}-{len(self.facts) + 1}", label, value, note, found, path))


def list_sections(data: Data) -> list[Section]:
    """The data of a contract by clause kind, in the order of a contract; kinds without a fact are left out."""
    makers = (
        ("parties", _("当事各方"), _parties),
        ("term", _("服务期"), _term),
        ("money", _("金额"), _money),
        ("instalments", _("分期付款"), _instalments),
        ("bond", _("履约保证金"), _bond),
        ("levels", _("服务水平"), _levels),
        ("prices", _("价目"), _prices),
        ("systems", _("信息系统"), _systems),
        ("critical", _("重大违约"), _critical),
        ("penalties", _("违约金"), _penalties),
        ("acceptance", _("验收"), _acceptance),
        ("deliverables", _("交付物"), _deliverables),
        ("obligations", _("义务"), _obligations),
        ("others", _("退出、保密、不可抗力与争议"), _others),
    )
    found = []
    for key, title, fill in makers:
        maker = _Maker(key)
        fill(maker, data)
        if maker.facts:
            found.append(Section(key, title, tuple(maker.facts)))
    return found


def role_word(code: str) -> str:
    """A role of the contract in words; a code that is none stays itself."""
    if code == "both":
        return _("双方")
    return _(ROLE_LABELS[code]) if code in ROLE_LABELS else code


def span_words(span: Data | None) -> str:
    """A duration in words, "" for none."""
    return "" if not span else f"{span['count']} {unit_word(str(span['unit']))}"


def joined(operator: str, value: str) -> str:
    """A comparison and its figure: a blank between them unless a full-width bracket is there.

    >>> joined("不低于（≥）", "99.99%"), joined("at least (≥)", "99.99%")
    ('不低于（≥）99.99%', 'at least (≥) 99.99%')
    """
    return f"{operator}{value}" if operator.endswith("）") else f"{operator} {value}"


def _parties(maker: _Maker, data: Data) -> None:
    maker.add(_("合同编号"), data.get("number"), data.get("number_source"), path="number")
    for role in data["parties"].get("roles") or ():
        maker.add(role_word(str(role["role"])), role.get("name"), role.get("source"))
    named = {role["role"] for role in data["parties"].get("roles") or () if role.get("name")}
    for code in ("using_unit", "provider"):
        if code not in named:
            parties = data["parties"]
            maker.add(role_word(code), parties.get(code), parties.get("source"), path=f"parties.{code}")
    signed = data.get("signed_on") and figures.day(data["signed_on"])
    maker.add(_("签订日期"), signed, data.get("signed_source"), path="signed_on")


def _term(maker: _Maker, data: Data) -> None:
    term = data["term"]
    source = term.get("source")
    maker.add(_("起始日"), term.get("start_on") and figures.day(term["start_on"]), source, path="term.start_on")
    maker.add(_("截止日"), term.get("end_on") and figures.day(term["end_on"]), source, path="term.end_on")
    maker.add(_("月数"), term.get("months") and _("{count} 个月", count=term["months"]), source, path="term.months")


def _money(maker: _Maker, data: Data) -> None:
    if data.get("total_fen") is not None:
        maker.add(_("合同总金额"), figures.money(data["total_fen"]), data.get("total_source"), path="total_fen")
    if data.get("table_total_fen") is not None:
        amount = figures.money(data["table_total_fen"])
        maker.add(_("价目表合计"), amount, data.get("table_total_source"), path="table_total_fen")
    tax = data.get("tax") or {}
    if tax.get("rate"):
        maker.add(_("税率"), figures.percent(tax["rate"]), tax.get("source"), path="tax.rate")


def _instalments(maker: _Maker, data: Data) -> None:
    for at, one in enumerate(data.get("instalments") or ()):
        when = [trigger_word("+".join(one["triggers"]))] if one.get("triggers") else []
        if one.get("by_on"):
            when.append(_("{day} 前", day=one["by_on"]))
        if one.get("within"):
            when.append(_("之后 {span}内", span=span_words(one["within"])))
        amount = figures.money(one["amount_fen"]) if one.get("amount_fen") is not None else figures.nothing()
        label = _("第 {no} 期", no=one["no"])
        maker.add(label, amount, one.get("source"), note=_("，").join(when), path=f"instalments[{at}].amount_fen")


def _bond(maker: _Maker, data: Data) -> None:
    bond = data.get("bond")
    if not bond:
        return
    source = bond.get("source")
    if bond.get("share"):
        maker.add(_("占合同金额"), figures.percent(bond["share"]), source, path="bond.share")
    if bond.get("amount_fen") is not None:
        place = bond.get("amount_source") or source
        maker.add(_("金额"), figures.money(bond["amount_fen"]), place, path="bond.amount_fen")
    due = span_words(bond.get("due"))
    maker.add(_("提交期限"), due and _("签订后 {span}内", span=due), source, path="bond.due")
    sources = bond.get("sources") or [source]
    maker.add(_("有效期至"), bond.get("until_on") and figures.day(bond["until_on"]), sources[0], path="bond.until_on")
    maker.add(_("形式"), _("、").join(bond.get("forms") or ()), source)
    maker.add(_("退还期限"), span_words(bond.get("refund_within")), sources[min(1, len(sources) - 1)])
    maker.add(_("到期前续交"), span_words(bond.get("renewal")), sources[-1])


def _levels(maker: _Maker, data: Data) -> None:
    for at, one in enumerate(data.get("service_levels") or ()):
        timed = one["unit"] not in {"share", "%", "ratio", "percent"}
        limit = joined(operator_word(one["operator"], duration=timed), level_figure(one, one["threshold"]))
        notes = [object_word(one["object"])] if one.get("object") else []
        if one.get("window"):
            notes.append(_("按{window}", window=window_word(one["window"])))
        if one.get("clock_start"):
            notes.append(_("自{event}起算", event=event_word(one["clock_start"])))
        place = f"service_levels[{at}].threshold"
        maker.add(level_title(one), limit, one.get("source"), note=_("，").join(notes), path=place)
    for at, one in enumerate(data.get("kpis") or ()):
        value = f"{one.get('value') or ''} {one.get('unit') or ''}".strip()
        maker.add(
            one["name"],
            joined(operator_word(one["operator"]), value) if one.get("operator") else value,
            one.get("source"),
            path=f"kpis[{at}].value",
        )


def _prices(maker: _Maker, data: Data) -> None:
    for at, one in enumerate(data.get("price_lines") or ()):
        unit = unit_word(one["unit"]) if one.get("unit") else ""
        parts = [_("单价 {price} 元", price=one["unit_price"])] if one.get("unit_price") else []
        if one.get("quantity"):
            parts.append(_("数量 {quantity} {unit}", quantity=one["quantity"], unit=unit).strip())
        if one.get("bundle"):
            parts.append(_("价款含在第 {no} 行", no=one["bundle"]))
        total = figures.money(one["total_fen"]) if one.get("total_fen") is not None else figures.nothing()
        label, place = f"{one['no']}. {one['name']}", f"price_lines[{at}].total_fen"
        maker.add(label, total, one.get("source"), note=_("，").join(parts), path=place)


def _systems(maker: _Maker, data: Data) -> None:
    for at, one in enumerate(data.get("systems") or ()):
        marks = [_("等保 {grade} 级", grade=one["grade"])] if one.get("grade") else []
        marks += [_("重要信息系统")] if one.get("important") else []
        marks += [_("面向互联网")] if one.get("internet_facing") else []
        maker.add(one["name"], _("、").join(marks) or figures.nothing(), one.get("source"), path=f"systems[{at}].name")


def _critical(maker: _Maker, data: Data) -> None:
    from yunqi.reports.words import metric_word

    for at, one in enumerate(data["penalties"].get("critical") or ()):
        level = _("{level} 级", level=one["level"]) if one.get("level") else figures.nothing()
        label = metric_word(one["type"]) if one.get("type") else _("重大事件")
        parts = [one["text"]]
        if one.get("duration"):
            length = one["duration"]
            parts.append(joined(operator_word(length["operator"], duration=True), span_words(length)))
        place = f"penalties.critical[{at}].level"
        maker.add(label, level, one.get("source"), one.get("remedy_source"), note=_("；").join(parts), path=place)


def _penalties(maker: _Maker, data: Data) -> None:
    penalties = data["penalties"]
    for one in penalties.get("formulas") or ():
        maker.add(severity_word(one.get("table") or "other"), one["text"], one.get("source"), note=_("公式"))
    for at, one in enumerate(penalties.get("coefficients") or ()):
        label = _("{table}第 {no} 行", table=severity_word(one.get("table") or "other"), no=one["no"])
        place = f"penalties.coefficients[{at}].coefficient"
        maker.add(label, figures.percent(one["coefficient"]), one.get("source"), note=one["text"], path=place)
    for at, one in enumerate(penalties.get("other") or ()):
        place = f"penalties.other[{at}].rate"
        if one.get("amount_fen") is not None:
            value: Shown = figures.money(one["amount_fen"])
            place = f"penalties.other[{at}].amount_fen"
        else:
            value = figures.percent(one["rate"]) if one.get("rate") else figures.nothing()
        cap = _("不超过 {amount}", amount=figures.money(one["cap"]).striptags()) if one.get("cap") else ""
        if one.get("cap_share"):
            most = render_percent(Fraction(one["cap_share"]))
            cap = _("不超过{base}的 {share}", base=base_word(one.get("cap_of") or "contract_total"), share=most)
        if cap and (over := cap_over(one)) not in (None, CASE):
            cap = _("{over}累计{cap}", over=over_word(str(over)), cap=cap)
        base = base_word(one["of"], one.get("window")) if one.get("of") else ""
        band, ends = say_band(one.get("band")) or "", say_band(one.get("terminates"))
        right = _("{band}可解除合同", band=ends) if ends else ""
        note = _("；").join(words for words in (band, counting_word(one), base, cap, right) if words)
        maker.add(duty_word(one["duty"]), value, one.get("source"), note=note, path=place)
    if penalties.get("offset"):
        words = " → ".join(dict.fromkeys(offset_word(code) for code in penalties["offset"]))
        maker.add(_("抵扣顺序"), words, *(penalties.get("offset_sources") or ())[:1])
    if penalties.get("cumulation"):
        maker.add(_("多项违约"), _("择其重者"), penalties["cumulation"].get("source"))


def _acceptance(maker: _Maker, data: Data) -> None:
    found = data["acceptance"]
    sources: Sequence[Data] = found.get("sources") or [one for one in (found.get("source"),) if one]
    place = sources[0] if sources else None
    maker.add(_("验收期限"), span_words(found.get("deadline")) or _("没有约定"), place)
    maker.add(_("返工期限"), span_words(found.get("rework")), sources[1] if len(sources) > 1 else place)
    if found.get("by_third_party"):
        maker.add(_("第三方验收"), _("可以委托"), sources[2] if len(sources) > 2 else place)


def _deliverables(maker: _Maker, data: Data) -> None:
    for at, one in enumerate(data.get("deliverables") or ()):
        often = frequency_words(one.get("frequency") or "")
        maker.add(
            one["name"],
            often or span_words(one.get("deadline")) or _("一次"),
            one.get("source"),
            note=one.get("phase") or "",
            path=f"deliverables[{at}].{'frequency' if often else 'deadline'}",
        )


def _obligations(maker: _Maker, data: Data) -> None:
    for one in data.get("obligations") or ():
        kind = _("不得") if one.get("forbidden") else _("应当")
        maker.add(role_word(one["party"]), one["text"], one.get("source"), note=span_words(one.get("deadline")) or kind)


def _others(maker: _Maker, data: Data) -> None:
    for code, label, names in (
        ("exit", _("退出"), (("notice", _("提前申请")), ("migration", _("配合迁移")), ("switch_over", _("切换期")))),
        ("confidentiality", _("保密"), (("return_within", _("归还资料")),)),
        ("force_majeure", _("不可抗力"), (("proof_within", _("提供证明")),)),
    ):
        found = data.get(code) or {}
        for place, (name, words) in enumerate(names):
            sources = found.get("sources") or [found.get("source")]
            source = sources[min(place, len(sources) - 1)] if sources else None
            span = span_words(found.get(name))
            maker.add(f"{label}{_('：')}{words}", span, source)
    excused = data.get("force_majeure") or {}
    if excused.get("needs_proof"):
        maker.add(_("不可抗力：逾期没有证明"), _("不能免除责任"), *(excused.get("sources") or ())[:1])
    disputes = data.get("disputes") or {}
    if disputes.get("place"):
        maker.add(_("争议管辖"), disputes["place"], *(disputes.get("sources") or ())[:1])


def decimal_words(text: str | None, unit: str = "") -> Markup:
    """A decimal quantity grouped by thousands, with its unit; nothing where it is not stated."""
    if text is None:
        return figures.nothing()
    whole, dot, rest = text.lstrip("-").partition(".")
    sign = "-" if text.startswith("-") else ""
    shown = f"{sign}{int(whole):,}{dot}{rest}"
    return (
        Markup('<span class="yq-figure">{} {}</span>').format(shown, unit)
        if unit
        else Markup('<span class="yq-figure">{}</span>').format(shown)
    )


def each_source(sections: Iterable[Section]) -> Iterator[tuple[str, Data]]:
    """Every fact's id with each of its sources."""
    for section in sections:
        for fact in section.facts:
            for source in fact.sources:
                yield fact.id, source


__all__ = ["Fact", "Section", "decimal_words", "each_source", "list_sections", "role_word", "span_words"]
