"""The words for the codes that stand in lists: states, roles, who is asked; and for how a bond stands."""

from __future__ import annotations

from yunqi.kernel.rights import ROLE_WORDS

STATES = {
    "imported": "待签署",
    "signed": "已生效",
    "ended": "已终止",
    "open": "进行中",
    "done": "已完成",
    "failed": "失败",
    "cancelled": "已取消",
    "proposed": "待第二人确认",
    "agreed": "已同意",
    "refused": "已拒绝",
    "withdrawn": "已撤回",
    "expired": "已过期",
    "asked": "已申请",
    "given": "已同意",
    "late": "已超期",
    "lacking": "期满未交",
    "sent": "已报送，待签收",
    "waits": "等待条件成就",
    "drafted": "拟稿",
    "approved": "已审批",
    "delivered": "已报送",
    "received": "已签收",
    "due": "待办",
    "later": "未到期",
    "unknown": "未知",
    "colleague": "本单位同事",
    "counterparty": "对方单位",
    **ROLE_WORDS,
    "using_unit": "使用单位",
    "provider": "云服务商",
    "administration": "政务云管理单位",
    "supervisor": "云综合监管服务商",
    "integrator": "信息系统服务商",
}

BOND_STATES = {
    "none": "未提交",
    "due": "待提交",
    "late": "逾期未提交",
    "short": "不足",
    "held": "有效",
    "expired": "已到期",
    "released": "已退还",
}
