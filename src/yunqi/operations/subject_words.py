"""What a fact is of, in words: an object by its name, an instalment, a price line, a condition, a question."""

from __future__ import annotations

from collections.abc import Mapping

from yunqi.cases.duty import post_word
from yunqi.contract.obligations import load_kinds
from yunqi.contract.obligations.join import KIND
from yunqi.kernel.words import _
from yunqi.reports.words import event_title, metric_word, name_events, object_word, trigger_word
from yunqi.settlement.inputs import EVERY_OBJECT
from yunqi.settlement.readings import render_question

WORDS = {"bond": "履约保证金", "allocation": "费用分摊", "contract": "合同"}
NUMBERED = {
    "instalment": "第 {no} 期",
    "line": "价目第 {no} 行",
    "kpi": "绩效第 {no} 项",
    "deliverable": "交付物第 {no} 项",
    "obligation": "义务第 {no} 项",
}


def trigger_words(code: str) -> str:
    """A condition of payment in words: `invoice:2` is of one instalment."""
    name, _colon, no = code.partition(":")
    return _("{words}（第 {no} 期）", words=trigger_word(name), no=no) if no else trigger_word(name)


def measure_words(code: str) -> str:
    """What may be recorded as another breach: `other:2` is the contract's second clause of other penalties.

    >>> measure_words("other:2"), measure_words("complaint_count")
    ('第 2 条其他违约金', '用户投诉次数')
    """
    other, _colon, no = code.partition(":")
    return _("第 {no} 条其他违约金", no=no) if other == "other" and no else metric_word(code)


def subject_words(subject: str, names: Mapping[str, str] | None = None) -> str:
    """What a fact is of; `names`: of objects, by id. A subject without a word stays itself.

    >>> subject_words("instalment:2"), subject_words("bond"), subject_words("srv-1", {"srv-1": "web"})
    ('第 2 期', '履约保证金', 'web')
    >>> subject_words("deliverable:2:2026-11-16"), subject_words("kind:renewal")
    ('交付物第 2 项（2026-11-16 起的一期）', '期满前确认是否续签')
    """
    if subject == EVERY_OBJECT:
        return _("全部对象")
    if names and subject in names:
        return name_events(names[subject])
    head, _colon, rest = subject.partition(":")
    if rest and head in NUMBERED:
        no, _more, since = rest.partition(":")
        named = _(NUMBERED[head], no=no)
        return _("{words}（{since} 起的一期）", words=named, since=since) if since else named
    if rest and head == "duty":
        return post_word(rest)
    if head == KIND and rest in load_kinds():
        return load_kinds()[rest].title
    if subject in WORDS:
        return _(WORDS[subject])
    for words in (object_word, measure_words, trigger_words, event_title, render_question):
        if (said := words(subject)) != subject:
            return said
    return subject
