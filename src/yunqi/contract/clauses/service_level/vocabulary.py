"""The field's words for what is promised, of what, when, and from when the clock runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

SHARES: Final = {
    "availability": r"可用(?:性|率|度)|在线率|在网率|(?:正常|无故障)运行率|正常运行时间(?:比例|占比|率)|连通率|SLA",
    "durability": r"可靠(?:性|率|度)|持久(?:性|率|度)|不丢失率|不丢失概率",
}
"""Metrics that are a share, higher being better."""

TIMES: Final = (
    ("location", r"(?:故障)?(?:定位排除|定位|排查)|(?:判明|查明)[^,;。]{0,4}原因"),
    ("arrival", r"到达|到场|抵达|赶到|赶赴|现场(?:支持|响应)|上门"),
    (
        "recovery",
        r"恢复|修复|排除故障|故障排除|排除(?=时限|时间|完毕|$)|(?<=能)排除|解决(?!方案|争议|不)|消除故障|故障消除",
    ),
    ("scale_out", r"扩容|扩充|扩展资源|资源扩展|资源追加"),
    ("creation", r"创建|开通|交付|发放|资源(?:分配|配置到位|供给)"),
    ("replacement", r"更换|替换"),
    ("rework", r"返工|进行调整|调整,并重新"),
    ("response", r"响应|答复|应答|受理|回应|接听"),
    ("handling", r"处理(?:故障|完毕|完成|时限|时间|时长)|故障处理|处置(?:完毕|完成|时限|时间)"),
)
"""Metrics that are a time, shorter being better; a name of the limit is looked for in this order."""

TARGETS: Final = (("rto", r"RTO|恢复时间目标"), ("rpo", r"RPO|恢复点目标"), ("mttr", r"MTTR"))
NOT_A_METRIC: Final = re.compile(
    r"演练|测试|预案|方案|文件|报告|机制|能力|小组|记录|手册|团队|计划|流程|验证|资料|材料|文档|成果|发票|费|工作(?!完成)"
)
"""Nouns that make 「恢复演练」 or 「响应文件」 no promise of time."""

OBJECTS: Final = (
    ("data", r"数据(?!中心|库|专线)|存储"),
    ("platform", r"云平台|平台"),
    ("instance", r"云主机|云服务器|虚拟机|主机"),
    ("network", r"网络|链路|专线|带宽"),
    ("service", r"云服务(?!器|商)|服务(?!期|商|器|水平|级别|等级|质量|响应|年)"),
    ("system", r"信息系统|业务系统|应用系统|系统"),
)
_GRADES = (("1", "一|1|I|Ⅰ"), ("2", "二|2|II|Ⅱ"), ("3", "三|3|III|Ⅲ"), ("4", "四|4|IV|Ⅳ"))
CONDITIONS: Final = (
    (
        "not_important_system",
        r"(?:非重要|一般|普通)(?:的)?(?:信息|业务|应用)?系统",
    ),
    ("other_system", r"(?:其他|其它|其余)(?:的)?(?:信息|业务|应用)?系统"),
    ("level_3", r"(?:三|3)级(?:等保)?(?:及以上)?(?:的|重要)*(?:信息|业务|应用)?系统"),
    ("level_2", r"(?:二|2)级(?:等保)?(?:及以上)?(?:的|重要)*(?:信息|业务|应用)?系统"),
    ("important_system", r"(?:重要|核心|关键)(?:的)?(?:信息|业务|应用)?系统"),
    ("internet_facing", r"面向互联网|大厅办事|互联网应用|互联网(?:类)?系统"),
    ("not_down", r"除宕机|非宕机|未宕机|不涉及宕机|宕机(?:以外|之外)"),
    ("down", r"宕机"),
    ("guarantee_period", r"(?:重大活动|重要|重点|特殊)?(?:保障期|重保|重要时期)(?:间)?"),
    ("outside_working_hours", r"非工作(?:时间|时段|日)|节假日|法定假日|夜间"),
    ("working_hours", r"工作(?:时间|时段)|工作日(?=内?[,的]|\d{1,2}[:点])"),
    ("serious_fault", r"(?:重大|严重|紧急|重要)(?:级)?(?:故障|事件|问题)"),
    ("major_fault", r"(?:较大|较重)(?:级)?(?:故障|事件|问题)"),
    ("general_fault", r"(?:一般|普通|轻微)(?:级|性)?(?:故障|事件|问题)"),
    *((f"grade_{number}_fault", rf"(?:{words})级(?:故障|事件|问题)") for number, words in _GRADES),
    ("remote", r"远程(?:方式|处理|支持|解决)"),
)
WINDOWS: Final = (
    ("month", r"每月|月度|当月|按月|自然月|单月|月均|月平均|(?<!个)月可用|每个月"),
    ("quarter", r"每季|季度|按季"),
    ("year", r"全年|每年|年度|按年|年均|年平均|年可用|12个月"),
    ("term", r"(?:服务|合同)期(?:限)?内|(?:服务|合同)期间|按合同期|合同期(?:限)?(?=统计|计算|,|\)|$)"),
)
STATISTICS: Final = (("average", r"平均|月均|年均"), ("each", r"每次|单次|任(?:何|意)?一次|逐次"))
_NOTICE = re.compile(
    r"(?:接到|收到|接|接获)[^,。;]{0,20}?(?:故障报告|报告|通知|报修|申告|请求|报障|要求|电话|投诉|工单|指令|需求|申请)"
    r"|(?:甲方|用户|使用单位|采购人)[^,。;]{0,10}?(?:通知|报修|报障|申告|报告|提交工单)(?:之时|之日|时)?(?:后|起)|报障(?:之时)?(?:后|起)"
)
_OCCURRENCE = re.compile(
    r"(?:故障|宕机|事件|问题|中断)(?:发生|出现)?(?:之时起|时起|之时|后|时|起)"
    r"|(?:发生|出现)[^,。;]{0,12}?(?:故障|宕机|问题|中断)[^,。;]{0,4}?(?:时|后|起|的?,)|(?:系统|平台|主机|服务)(?:宕机|中断)的?,"
)
_RESPONSE_START = re.compile(r"(?:故障)?响应(?:后|之后|起|之时起|时起)")
_APPROVAL = re.compile(r"(?:审批|审核|批准|备案)(?:通过|同意)?(?:之日)?(?:后|起)")


def first_of(table: Sequence[tuple[str, str]], text: str) -> str | None:
    """The first code whose words stand in the text."""
    return next((name for name, pattern in table if re.search(pattern, text)), None)


def last_of(table: Sequence[tuple[str, str]], text: str) -> str | None:
    """The code whose words end last in the text; the longer words where two end together."""
    hits = [(match.end(), -match.start(), name) for name, pattern in table for match in re.finditer(pattern, text)]
    return max(hits)[-1] if hits else None


def find_condition(text: str, before: str | None = None) -> str | None:
    """When a limit holds, by the words around it; `before` is the condition of the limit that was stated before.

    >>> find_condition("重要信息系统故障"), find_condition("其他系统", "important_system")
    ('important_system', 'not_important_system')
    """
    hits = [
        (match.end(), -match.start(), -rank, name)
        for rank, (name, pattern) in enumerate(CONDITIONS)
        for match in re.finditer(pattern, text)
    ]
    if not hits:
        return None
    found = max(hits)[-1]
    overlapping = {name for end, start, _, name in hits if end == max(hits)[0]}
    if found == "important_system" and "not_important_system" in overlapping:
        found = "not_important_system"
    if found == "down" and re.search(CONDITION_WORDS["not_down"], text):
        found = "not_down"
    if found == "working_hours" and re.search(r"非工作时?[间段]", text):
        found = "outside_working_hours"
    if found == "other_system" and before in {"important_system", "internet_facing"}:
        found = f"not_{before}"
    return found


CONDITION_WORDS: Final = dict(CONDITIONS)


def find_clock_start(before: str, metric: str) -> str | None:
    """From when the clock of a limit runs, by the words before it: the start that is named last."""
    starts = [
        (match.start(), name)
        for name, pattern in (
            ("notice", _NOTICE),
            ("occurrence", _OCCURRENCE),
            ("response", _RESPONSE_START),
            ("approval", _APPROVAL),
        )
        for match in pattern.finditer(before)
        if not (name == "response" and metric == "response")
    ]
    return max(starts)[1] if starts else None
