"""States as people see them: one table, what it is a state of -> code -> colour and words.

Colours say one thing each: red late, broken or refused; orange needs somebody soon; blue on its way; green done or
well; grey at rest or ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

from yunqi.kernel.rights import ROLE_WORDS, Caller
from yunqi.kernel.words import _

State = tuple[str, str]
"""Colour, words."""

STATES: Mapping[str, Mapping[str, State]] = {
    "contract": {"imported": ("orange", "待签署"), "signed": ("green", "已生效"), "ended": ("grey", "已终止")},
    "adoption": {
        "previewed": ("orange", "待确认"),
        "confirmed": ("green", "已纳管"),
        "undone": ("grey", "已撤销"),
    },
    "amendment": {"imported": ("orange", "待签署"), "signed": ("green", "已生效")},
    "finding": {"error": ("red", "错误"), "warning": ("orange", "提请注意"), "note": ("blue", "说明")},
    "reading": {"open": ("orange", "待约定"), "agreed": ("green", "已约定")},
    "work_order": {
        "drafted": ("orange", "已拟稿"),
        "filed": ("blue", "已备案"),
        "approved": ("blue", "已受理"),
        "carried_out": ("green", "已实施"),
        "closed": ("grey", "已办结"),
        "rejected": ("red", "已退回"),
        "withdrawn": ("grey", "已撤回"),
    },
    "resource": {
        "ordered": ("blue", "已订购"),
        "building": ("blue", "建设中"),
        "ready": ("green", "可用"),
        "repairing": ("orange", "恢复中"),
        "waiting": ("orange", "等待"),
        "ending": ("blue", "退订中"),
        "erasing": ("blue", "擦除中"),
        "gone": ("grey", "已退订"),
        "failed": ("red", "失败"),
    },
    "incident": {
        "open": ("red", "处置中"),
        "responded": ("orange", "已响应"),
        "recovered": ("green", "已恢复"),
        "closed": ("grey", "已关闭"),
        "withdrawn": ("grey", "已撤销"),
    },
    "shift": {
        "planned": ("blue", "已排班"),
        "due": ("red", "应到未到"),
        "on": ("green", "在岗"),
        "over": ("orange", "未登记交班"),
        "handed_over": ("grey", "已交班"),
        "missed": ("red", "无人到岗"),
    },
    "adjudication": {
        "proposed": ("orange", "已提出"),
        "half_confirmed": ("orange", "一方已确认"),
        "confirmed": ("green", "双方已确认"),
        "contested": ("red", "有异议"),
        "decided": ("green", "已裁定"),
        "withdrawn": ("grey", "已撤回"),
    },
    "idle": {
        "idle": ("orange", "闲置"),
        "unknown": ("grey", "未知"),
        "new": ("blue", "未满时段"),
        "used": ("green", "在用"),
    },
    "kpi": {
        "met": ("green", "达到"),
        "missed": ("red", "未达到"),
        "unknown": ("orange", "未知"),
        "words": ("grey", "定性"),
    },
    "report": {
        "drafted": ("orange", "拟稿"),
        "approved": ("blue", "已审批"),
        "delivered": ("blue", "已报送"),
        "received": ("green", "已签收"),
    },
    "report_line": {
        "late": ("red", "逾期"),
        "lacking": ("orange", "期满未交"),
        "due": ("orange", "待提交"),
        "sent": ("blue", "待签收"),
        "later": ("grey", "未到期"),
        "waits": ("grey", "等待"),
        "done": ("green", "已签收"),
    },
    "rectification": {
        "open": ("orange", "待答复"),
        "overdue": ("red", "已逾期"),
        "answered": ("blue", "已答复待核查"),
        "closed": ("green", "已闭环"),
        "withdrawn": ("grey", "已撤销"),
    },
    "acceptance": {
        "requested": ("orange", "待验收"),
        "rework": ("orange", "返工"),
        "passed": ("green", "验收合格"),
        "failed": ("red", "验收不合格"),
        "deemed": ("green", "视为验收合格"),
        "disputed": ("orange", "对视为合格有异议"),
        "half_signed": ("orange", "一方已签认"),
        "signed": ("green", "双方已签认"),
        "withdrawn": ("grey", "已撤回"),
    },
    "material": {
        "present": ("green", "已提交"),
        "late": ("orange", "迟交"),
        "missing": ("red", "缺失"),
        "not_due": ("grey", "未到期"),
        "as_needed": ("grey", "未发生"),
        "not_met": ("red", "未达标"),
    },
    "exit": {
        "open": ("blue", "办理中"),
        "half_signed": ("orange", "一方已签认"),
        "closed": ("grey", "双方已签认，退出完成"),
        "withdrawn": ("grey", "已撤回"),
    },
    "exit_step": {
        "done": ("green", "已办"),
        "done_late": ("orange", "已办（逾期）"),
        "waiting": ("blue", "待办"),
        "late": ("red", "已超期"),
        "not_needed": ("grey", "不需要"),
    },
    "verdict": {
        "up": ("green", "正常"),
        "down": ("red", "中断"),
        "excluded": ("grey", "除外"),
        "unknown": ("orange", "未知"),
    },
    "level": {
        "met": ("green", "达到"),
        "breached": ("red", "未达到"),
        "unknown": ("orange", "未知"),
        "open": ("orange", "待约定"),
        "not_due": ("grey", "未到期"),
    },
    "statement": {
        "provisional": ("orange", "暂定"),
        "final": ("green", "确定"),
        "signed": ("green", "已签认"),
        "replaced": ("grey", "已被取代"),
    },
    "run": {
        "open": ("blue", "进行中"),
        "done": ("green", "已完成"),
        "failed": ("red", "失败"),
        "cancelled": ("grey", "已取消"),
    },
    "proposal": {
        "proposed": ("orange", "待第二人确认"),
        "agreed": ("green", "已同意"),
        "refused": ("red", "已拒绝"),
        "withdrawn": ("grey", "已撤回"),
        "expired": ("grey", "已过期"),
    },
    "due": {
        "late": ("red", "已超期"),
        "soon": ("orange", "即将到期"),
        "due": ("blue", "待办"),
        "done": ("green", "已办"),
        "not_due": ("grey", "未到期"),
    },
    "duty": {
        "late": ("red", "已超期"),
        "due": ("orange", "待办"),
        "later": ("blue", "未到期"),
        "waits": ("grey", "待情形发生"),
        "unseen": ("grey", "不可由系统判定"),
        "standing": ("green", "持续有效"),
        "done": ("green", "已履行"),
    },
    "account": {
        "active": ("green", "正常"),
        "locked": ("red", "已锁定"),
        "shut": ("red", "登录暂停"),
        "no_password": ("orange", "待设密码"),
        "must_change": ("orange", "待改初始密码"),
        "waiting": ("orange", "待承诺书"),
        "closed": ("grey", "已停用"),
    },
    "consent": {
        "asked": ("orange", "待答复"),
        "given": ("green", "有效"),
        "refused": ("red", "已拒绝"),
        "withdrawn": ("grey", "已撤回"),
        "over": ("grey", "已到期"),
    },
    "assumption": {"live": ("orange", "代入中"), "over": ("grey", "已结束")},
    "undertaking": {"holds": ("green", "有效"), "over": ("grey", "已失效"), "none": ("orange", "未登记")},
    "audit": {"done": ("green", "已办理"), "proposed": ("orange", "待复核"), "refused": ("red", "已拒绝")},
    "delivery": {
        "waiting": ("blue", "待送"),
        "done": ("green", "已送达"),
        "dead": ("red", "未送达"),
        "dropped": ("grey", "已作废"),
    },
    "token": {"active": ("green", "有效"), "over": ("grey", "已到期"), "revoked": ("grey", "已吊销")},
    "role": {"now": ("green", "现任"), "later": ("blue", "将生效"), "over": ("grey", "已结束")},
    "yes_no": {"yes": ("green", "是"), "no": ("grey", "否")},
}
PARTIES: Mapping[str, str] = {
    "using_unit": "使用单位",
    "provider": "云服务商",
    "administration": "政务云管理单位",
    "supervisor": "云综合监管服务商",
    "integrator": "信息系统服务商",
}


def role_words(caller: Caller) -> list[str]:
    """The roles of the moment in words."""
    return [_(ROLE_WORDS[role]) for role in ROLE_WORDS if role in caller.roles]


def roles_words(roles: Iterable[str]) -> str:
    """Roles in words, in the order of the table; "" for none."""
    given = frozenset(roles)
    return _("、").join(_(ROLE_WORDS[role]) for role in ROLE_WORDS if role in given)


def party_words(role: str) -> str:
    """What an organisation is."""
    return _(PARTIES[role]) if role in PARTIES else role


def badge(colour: str, words: str) -> Markup:
    """A badge in one of the colours of the table."""
    return Markup(f'<span class="yq-badge yq-{escape(colour)}">{escape(words)}</span>')  # noqa: S704


def state_words(of: str, code: str) -> str:
    """The words of a state; a code that the table does not have is shown as it is."""
    table = STATES.get(of, {})
    return _(STATES[of][code][1]) if code in table else code


def state(of: str, code: str | None) -> Markup:
    """A state as a badge."""
    if not code:
        return Markup("")
    colour = STATES.get(of, {}).get(code, ("grey", ""))[0]
    return badge(colour, state_words(of, code))
