"""The review of terms that are no money: parties, dates, systems, counts, clocks, words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

from yunqi.contract.clauses.base import Finding, Source
from yunqi.contract.clauses.critical_breach.extract import body_counts
from yunqi.contract.clauses.words import ROLES
from yunqi.contract.model import Contract
from yunqi.contract.outline import Outline
from yunqi.contract.review.levels import LEVEL_CHECKS
from yunqi.kernel.period import add_months
from yunqi.kernel.words import _

Check = Callable[[Contract, Outline], Iterator[Finding]]

_SUPERSEDED = (("保守国家秘密法实施办法", "保守国家秘密法实施条例"),)


def check_identity(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """What every contract must state."""
    missing = [
        title
        for title, value in (
            (_("甲方名称"), contract.parties.using_unit),
            (_("乙方名称"), contract.parties.provider),
            (_("合同编号"), contract.number),
            (_("签订日期"), contract.signed_on),
            (_("服务起止日期"), contract.term.end_on),
            (_("合同总金额"), contract.total_fen),
        )
        if value is None
    ]
    if missing:
        yield Finding(
            code="identity.missing",
            severity="warning",
            message=_("没有读到：{titles}", titles="、".join(missing)),
            matters=_("缺少这些内容时，期限、付款和结算无法计算"),
            proposal=_("在原件上补填后重新导入，或由双方签署确认"),
        )


def check_term(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """The months agree with the dates; the contract was signed before the service began; exit notice is possible."""
    term = contract.term
    if term.start_on is not None and term.end_on is not None and term.months is not None:
        expected = add_months(term.start_on, term.months) - timedelta(days=1)
        if expected != term.end_on:
            yield Finding(
                code="term.months",
                severity="error",
                message=_(
                    "服务期写明 {months} 个月，自 {start} 起应至 {expected}，所列为 {end}",
                    months=term.months,
                    start=term.start_on,
                    expected=expected,
                    end=term.end_on,
                ),
                sources=[term.source] if term.source is not None else [],
                matters=_("服务月数是违约金的分母"),
                proposal=_("更正起止日期或月数"),
            )
    if contract.signed_on is not None and term.start_on is not None and contract.signed_on > term.start_on:
        yield Finding(
            code="term.signed_late",
            severity="warning",
            message=_(
                "合同于 {signed} 签订，服务期自 {start} 起，签订在后", signed=contract.signed_on, start=term.start_on
            ),
            sources=[term.source] if term.source is not None else [],
            matters=_("签订之前的服务是否计费、是否考核没有约定"),
            proposal=_("以补充协议追认或改为自签订之日起"),
        )
    leaving = contract.exit
    if (
        leaving is not None
        and leaving.notice is not None
        and leaving.notice.unit == "month"
        and term.end_on is not None
    ):
        latest = add_months(term.end_on, -leaving.notice.count)
        months = term.months or 0
        if months and leaving.notice.count * 2 >= months and leaving.source is not None:
            yield Finding(
                code="exit.notice_half_term",
                severity="note",
                message=_(
                    "退出须提前 {count} 个月提出，即不晚于 {latest}，占服务期一半以上",
                    count=leaving.notice.count,
                    latest=latest,
                ),
                sources=[leaving.source],
                matters=_("服务期过半后云服务商无法按约提出退出，逾期提出的后果没有约定"),
                proposal=_("缩短提前期或约定逾期提出的后果"),
            )


def check_systems(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Names that repeat, and flags that penalties depend on."""
    repeated = [name for name, times in Counter(system.name for system in contract.systems).items() if times > 1]
    if repeated:
        yield Finding(
            code="system.repeated",
            severity="warning",
            message=_("信息系统重复列出：{names}", names="、".join(repeated)),
            sources=[system.source for system in contract.systems if system.name in repeated],
            matters=_("系统数量和费用分摊有歧义"),
            proposal=_("确认是否为同一系统"),
        )
    depends = [
        level.source for level in contract.service_levels if level.condition in {"important_system", "internet_facing"}
    ]
    depends += [row.source for row in contract.penalties.critical if row.conditions.get("important_system")]
    if depends and contract.systems and all(system.important is None for system in contract.systems):
        yield Finding(
            code="system.flags_missing",
            severity="warning",
            message=_("条款区分重要信息系统，但没有标明 {count} 个系统中哪些是", count=len(contract.systems)),
            sources=depends,
            matters=_("时限和违约级别取决于该标记"),
            proposal=_("由使用单位提供重要信息系统清单和等保级别"),
        )


def check_critical(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Counts in table and article, windows, remedies."""
    in_body = body_counts(outline)
    for level in ("A", "B"):
        rows = [row for row in contract.penalties.critical if row.level == level]
        if not rows or level not in in_body:
            continue
        count, source = in_body[level]
        table = rows[0].count
        if table is not None and (table.count != count.count or table.window != count.window):
            yield Finding(
                code="critical.count_differs",
                severity="warning",
                message=_(
                    "{level} 级事件的次数，正文为 {body} 次，表中为 {table} 次，或期间不同",
                    level=level,
                    body=count.count,
                    table=table.count,
                ),
                sources=[source, rows[0].source],
                matters=_("合同可否解除取决于次数和期间"),
                proposal=_("以约定解释统一次数和期间"),
            )
        if count.count > 1 and count.window is None:
            yield Finding(
                code="critical.window_missing",
                severity="warning",
                message=_("{level} 级事件 {count} 次没有写明在多长期间内", level=level, count=count.count),
                sources=[source],
                matters=_("整个服务期累计还是一年内累计，结论不同"),
                proposal=_("以约定解释写明期间"),
            )
        if "terminate" not in rows[0].remedy:
            yield Finding(
                code="critical.no_termination",
                severity="warning",
                message=_("{level} 级事件的条款没有写明甲方有权解除协议", level=level),
                sources=[source],
                matters=_("只能要求返还和违约金，能否解除有争议"),
                proposal=_("补写解除权"),
            )


def check_formula(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """The fee that the formula divides is not priced by system."""
    formula = contract.penalties.formula
    if formula is not None and formula.base == "system_fee":
        yield Finding(
            code="formula.base_undefined",
            severity="warning",
            message=_("公式以信息系统云服务费为基数，但价目表不按信息系统计价"),
            sources=[formula.source],
            matters=_("以合同总价、系统分摊额或服务行金额为基数，违约金相差很大"),
            proposal=_("以约定解释写明基数和分摊办法"),
        )


def check_acceptance(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """A deadline for the using unit."""
    acceptance = contract.acceptance
    if acceptance.source is not None and acceptance.deadline is None:
        yield Finding(
            code="acceptance.no_deadline",
            severity="warning",
            message=_("甲方验收没有期限"),
            sources=[acceptance.source],
            matters=_("尾款自验收后起算，付款日期无法确定"),
            proposal=_("约定验收期限和逾期的后果"),
        )


def check_confidentiality(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """The annex says otherwise than the article."""
    clause = contract.confidentiality
    if clause is None:
        return
    sources: list[Source] = [*([clause.source] if clause.source is not None else []), *clause.annex_sources]
    if clause.annex_return == "immediately" and clause.return_within is not None:
        yield Finding(
            code="confidentiality.return_differs",
            severity="warning",
            message=_("归还保密信息的期限，正文为 {count} 日内，保密协议为立即", count=clause.return_within.count),
            sources=sources,
            matters=_("归还期限有两个"),
            proposal=_("以约定解释写明以何者为准"),
        )
    if clause.term == "indefinite" and clause.annex_term_length is not None:
        yield Finding(
            code="confidentiality.term_differs",
            severity="warning",
            message=_("保密期限，正文为长期，保密协议为 {count} 年", count=clause.annex_term_length.count),
            sources=sources,
            matters=_("保密期限有两个"),
            proposal=_("以约定解释写明以何者为准"),
        )


def check_words(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Roles that no article defines, and rules of law that were replaced."""
    defined = {role.title for role in contract.parties.roles}
    strange = [row for row in contract.penalties.coefficients if "云安全监管服务商" in row.text]
    if strange and defined and "云安全监管服务商" not in defined | set(ROLES):
        yield Finding(
            code="word.role_undefined",
            severity="note",
            message=_("违约行为表中的「云安全监管服务商」没有定义，正文定义的是「云综合监管服务商」"),
            sources=[row.source for row in strange],
            matters=_("由谁发出整改通知不明确"),
            proposal=_("统一称谓"),
        )
    for clause in outline.clauses:
        for old, new in _SUPERSEDED:
            if re.search(old, clause.text):
                from yunqi.contract.clauses.base import sentence_source

                yield Finding(
                    code="law.superseded",
                    severity="note",
                    message=_("所引「{old}」已由「{new}」取代", old=old, new=new),
                    sources=[sentence_source(clause, clause.text.find(old))],
                    matters=_("引用的规定已经失效"),
                    proposal=_("改引现行规定"),
                )


TERM_CHECKS: tuple[Check, ...] = (
    check_identity,
    check_term,
    check_systems,
    *LEVEL_CHECKS,
    check_critical,
    check_formula,
    check_acceptance,
    check_confidentiality,
    check_words,
)
