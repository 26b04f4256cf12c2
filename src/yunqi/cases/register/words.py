"""What standings of clocks and of relief are called."""

from __future__ import annotations

from collections.abc import Mapping

STANDINGS: Mapping[str, str] = {
    "running": "计时中",
    "overdue": "已超时",
    "kept": "按时",
    "late": "超时完成",
    "open": "未完成，合同未写明确定的期限",
    "done": "已完成，合同未写明确定的期限",
}
RELIEFS: Mapping[str, str] = {
    "unconfirmed": "双方尚未确认，不计入",
    "stands": "可以免责，这段时间不计入",
    "waits": "暂按免责计算，等待证明或对方答复",
    "open": "证明逾期，合同没有写明后果，由双方约定",
    "falls": "证明逾期，不能免责",
}
RECEIPTS: Mapping[str, str] = {
    "confirmed": "对方确认的收到时间",
    "delivered": "本系统所发消息的送达时间",
    "recorded": "以登记的时间为准",
}
PROOFS: Mapping[str, str] = {
    "handed_in": "已提交，对方尚未答复",
    "accepted": "对方已认可",
    "refused": "对方不认可",
}
