"""States as people see them: one table, what it is a state of -> code -> colour and words.

Colours say one thing each: red late, broken or refused; orange needs somebody soon; blue on its way; green done or
well; grey at rest or ended.
"""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from yunqi.kernel.rights import Caller
from yunqi.kernel.words import _

State = tuple[str, str]
"""Colour, words."""

STATES: Mapping[str, Mapping[str, State]] = {
    "contract": {
        "read": ("grey", "已读入"),
        "reviewed": ("blue", "已审查"),
        "signed": ("green", "已生效"),
        "in_effect": ("green", "已生效"),
        "ended": ("grey", "已终止"),
    },
    "finding": {
        "error": ("red", "错误"),
        "open": ("orange", "待约定"),
        "warning": ("orange", "提请注意"),
        "note": ("blue", "说明"),
        "settled": ("green", "已约定"),
    },
    "work_order": {
        "draft": ("grey", "草稿"),
        "opened": ("blue", "已提交"),
        "filed": ("blue", "已备案"),
        "approved": ("blue", "已批准"),
        "carried_out": ("green", "已执行"),
        "confirmed": ("green", "已确认"),
        "refused": ("red", "已退回"),
        "closed": ("grey", "已办结"),
    },
    "resource": {
        "ordered": ("blue", "已订购"),
        "building": ("blue", "创建中"),
        "running": ("green", "运行中"),
        "ready": ("green", "可用"),
        "changing": ("blue", "变更中"),
        "waiting": ("orange", "待人工确认"),
        "failed": ("red", "失败"),
        "stopped": ("grey", "已停止"),
        "deleting": ("orange", "删除中"),
        "erasing": ("orange", "擦除中"),
        "erased": ("grey", "已擦除"),
    },
    "incident": {
        "reported": ("red", "已报告"),
        "answered": ("orange", "已响应"),
        "arrived": ("orange", "已到场"),
        "restored": ("blue", "已恢复"),
        "closed": ("grey", "已关闭"),
    },
    "verdict": {
        "up": ("green", "正常"),
        "down": ("red", "中断"),
        "excluded": ("grey", "除外"),
        "unknown": ("orange", "未知"),
    },
    "statement": {
        "provisional": ("orange", "暂定"),
        "final": ("green", "确定"),
        "signed": ("green", "已签认"),
        "replaced": ("grey", "已被取代"),
    },
    "run": {
        "waiting": ("grey", "等待中"),
        "running": ("blue", "进行中"),
        "done": ("green", "已完成"),
        "failed": ("red", "失败"),
        "cancelled": ("grey", "已取消"),
    },
    "proposal": {
        "open": ("orange", "待第二人确认"),
        "agreed": ("green", "已同意"),
        "refused": ("red", "已拒绝"),
        "expired": ("grey", "已过期"),
        "withdrawn": ("grey", "已撤回"),
    },
    "due": {
        "late": ("red", "已超期"),
        "soon": ("orange", "即将到期"),
        "due": ("blue", "待办"),
        "done": ("green", "已办"),
        "not_due": ("grey", "未到期"),
    },
    "account": {
        "active": ("green", "正常"),
        "locked": ("red", "已锁定"),
        "invited": ("orange", "待承诺书"),
        "ended": ("grey", "已停用"),
    },
    "yes_no": {"yes": ("green", "是"), "no": ("grey", "否")},
}

ROLES: Mapping[str, str] = {
    "reader": "查看",
    "operator": "经办",
    "approver": "审批",
    "administrator": "单位管理员",
    "system_admin": "系统管理员",
    "security_admin": "安全管理员",
    "audit_admin": "审计管理员",
}


def role_words(caller: Caller) -> list[str]:
    """The roles of the moment in words."""
    return [_(ROLES[role]) for role in ROLES if role in caller.roles]


def badge(colour: str, words: str) -> Markup:
    """A badge in one of the colours of the table."""
    return Markup('<span class="yq-badge yq-{}">{}</span>').format(colour, words)


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
