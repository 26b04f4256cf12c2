"""The words of the documents of a fault; a document is Chinese whatever its reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.cases.adjudication import QUESTIONS
from yunqi.reports.words import event_word
from yunqi.settlement.readings import render_question
from yunqi.settlement.titles import level_title

STAGES = {
    "notice": "事件通知",
    "ended": "恢复通知",
    "escalation": "逐级上报",
    "first_report": "故障初步报告",
    "final_report": "故障处理报告",
    "report": "国家网络安全事件报告",
    "onward": "主管部门续报",
    "summary": "处置总结报告",
}
CHANNELS = {
    "mail": "邮件",
    "sms": "短信",
    "wecom": "企业微信",
    "dingtalk": "钉钉",
    "telephone": "电话",
    "letter": "书面",
    "fax": "传真",
    "in_person": "当面",
    "portal": "主管部门网站或热线",
}
PROBES = {
    "icmp": "网络可达（ICMP）",
    "tcp": "端口（TCP）",
    "http": "网页（HTTP）",
    "dns": "域名解析",
    "sql": "数据库",
    "guest": "主机内部",
}
PARTS = {
    "happened": "发生了什么",
    "impact": "影响",
    "measures": "已采取的措施",
    "root_cause": "根本原因",
    "remedy": "处理与补救",
    "prevention": "防止再次发生",
}
ORIGINS = {"measured": "由探测发现，自动登记", "import": "由文件导入", "reported": "由人员报告，未记录姓名"}
BY = {"measured": "探测", "import": "文件导入"}
SAID = {"channel": "报告渠道", "root_cause": "根本原因", "reason": "原因", "note": "说明"}
_IMPORTED, _OBSERVED = "import:", "observer:"
NO_PRICE = {
    "no_row": "合同未就此约定违约金",
    "no_fee": "合同价款或服务月数未定，无法计算",
    "no_sum": "可解除合同，合同未约定金额",
}
TELLING_WHY = {
    "limit": "合同没有写明时限",
    "start": "合同没有写明起算点，按最早的事件发生起算",
    "start.reported": "自甲方报告起算，尚未报告",
    "start.recovered": "自恢复起算，尚未恢复",
    "calendar.no_notice": "尚无该年度放假安排，到期日无法推算",
}


def clock_name(one: Mapping[str, Any]) -> str:
    """What a clock of a service level is called."""
    return level_title({"metric": one["metric"], "condition": one["condition"]})


def clock_why(why: str) -> str:
    """What a clock lacks, in words; "" for nothing."""
    if not why:
        return ""
    if why == "limit":
        return "合同没有写明时限"
    if why.startswith("flag."):
        return "信息系统缺少标记，不能判定是否适用"
    if why.startswith("clock_start."):
        return render_question(why)
    return f"自「{event_word(why)}」起算，尚未发生"


def question_word(code: str) -> str:
    """What a finding answers."""
    return QUESTIONS[code] if code in QUESTIONS else render_question(code)


def watcher_word(probe: str, origin: str) -> str:
    """Who saw an object, in words: the probe, and where its results came from where they were not measured here."""
    words = PROBES.get(probe, probe)
    if origin.startswith(_IMPORTED):
        return f"{words}，导入：{origin.removeprefix(_IMPORTED)}"
    return f"{words}，另行探测" if origin.startswith(_OBSERVED) else words
