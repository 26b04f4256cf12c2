"""A statement as the month close would give it, of an invented contract.

`python tests/reports/example_statement.py` writes the examples of the report folders anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from yunqi.kernel.money import decimal_text
from yunqi.kernel.money import parse_yuan as fen
from yunqi.settlement.model import (
    Candidate,
    DeliveryLine,
    IncidentLine,
    Instalment,
    LevelResult,
    OpenPoint,
    Statement,
    TraceNode,
)

STATEMENT_REPORTS = ("monthly", "statement_pdf", "statement_xlsx")
REPORTS = Path(__file__).parents[2] / "src" / "yunqi" / "reports"

# no, item, name, unit, unit price a term, quantity, total
LINES = [
    ("compute.vcpu", "x86平台云主机服务—vCPU", "核", "120", "3435", "412200"),
    ("compute.memory", "x86平台云主机服务—内存", "GB", "168", "8999", "1511832"),
    ("compute.physical_server", "x86物理服务器租用服务", "台", "4250.76", "2", "8501.52"),
    ("storage.normal", "普通性能存储—普通存储", "GB", "3", "171504", "514512"),
    ("storage.backup", "备份服务", "GB", "3", "171504", "514512"),
    ("network.bandwidth", "互联网链路带宽", "Mb", "594.6", "550", "327030"),
    ("network.ip", "互联网IP地址租用服务（含备案）", "个", "12", "34", "408"),
    ("network.load_balancer", "主机负载均衡服务", "IP", "60", "22", "1320"),
    ("network.remote_access", "远程接入服务（堡垒机）", "账号", "1416", "43", "60888"),
    ("network.vpn", "SSL VPN接入服务", "账号", "960", "64", "61440"),
    ("network.waf", "web应用防火墙服务", "IP", "18", "26", "468"),
    ("network.certificate", "证书服务", "个", "2000", "9", "18000"),
    ("network.leased_line", "SDH以太专线（2M）", "条", "10000", "2", "20000"),
    ("network.domain", "一级域名服务", "个", "500", "4", "2000"),
    ("monitoring.deep", "特定云主机深度监控及运维保障服务（7×24小时值守）", "台", "12", "361", "4332"),
    ("software.os_commercial", "商用操作系统套餐—国产操作系统等租用安装服务", "台", "1920", "361", "693120"),
    ("security.antivirus", "主机杀毒服务", "台", "240", "361", "86640"),
    ("security.host_protection", "主机防护服务", "台", "240", "157", "37680"),
    ("security.hardening", "主机安全加固服务", "台", "240", "39", "9360"),
    ("security.apt", "云端APT防护服务", "套", "1200", "4", "4800"),
    ("security.tamper_proof", "网页防篡改服务", "套", "1200", "28", "33600"),
    ("security.vulnerability_scan", "主机漏洞扫描服务", "台", "240", "361", "86640"),
    ("security.database_audit", "数据库审计服务", "套", "1200", "14", "16800"),
    ("security.log_analysis", "主机日志分析服务", "台", "600", "167", "100200"),
    ("crypto.identity", "强身份认证服务—数字证书的应用登录认证服务", "项", "150000", "1", "150000"),
    ("crypto.signature", "签名验证服务—应用中业务数据签名、验证服务", "项", "", "1", ""),
    ("crypto.seal", "加解密服务—为版式文件提供签章服务", "项", "", "1", ""),
    ("crypto.timestamp", "时间戳服务", "项", "", "1", ""),
    ("crypto.tls", "SSL安全服务、密码服务", "项", "115000", "1", "115000"),
    ("other.video_conference", "云视频会议服务", "套", "1800", "30", "54000"),
]
BUNDLE_NO = 25
SAMPLE_LABEL = "监测平台导出样例（2026年3月）"


def _clause(article: str, text: str, cell: str = "") -> dict[str, Any]:
    return {"article": article, "text": text, "line": 1} | ({"cell": cell} if cell else {})


AVAILABILITY = _clause("3.4", "平台整体可用性应达到99.99%及以上")
RESPONSE = _clause("3.7", "自收到使用单位的故障报告起，15分钟以内响应，2小时以内到场")
LOCATION = _clause("3.8", "自响应起30分钟以内完成定位与排除，重要信息系统为10分钟以内")
MINOR = _clause("附件三", "达不到约定可用性而出现问题、未造成重大损失", "第1行")
PAYMENT = _clause("7.2", "分三期支付")


def _delivery() -> tuple[DeliveryLine, ...]:
    lines = []
    for no, (item, name, unit, price, quantity, total) in enumerate(LINES, 1):
        short = item == "storage.normal"
        used = "165300.5" if short else quantity
        lines.append(
            DeliveryLine(
                no=no,
                item=item,
                name=name,
                unit=unit,
                contracted=quantity,
                average="10247/3" if item == "compute.vcpu" else used,
                peak=decimal_text(int(quantity) + 120) if item == "compute.vcpu" else quantity,
                at_end=used,
                burst_average="40" if item == "compute.vcpu" else "0",
                unit_price=price or None,
                total_fen=fen(total) if total else None,
                bundle_no=None if price else BUNDLE_NO,
                node=f"delivery.{no}",
            )
        )
    return tuple(lines)


def _levels() -> tuple[LevelResult, ...]:
    return (
        LevelResult(
            metric="availability", title="云平台整体可用性", object="platform", operator=">=", threshold="0.9999",
            unit="share", measured=None, state="open", source=AVAILABILITY, sample=True, node="level.1",
            alternatives=(
                {"choice": "month", "label": "按自然月", "measured": "44593/44640", "state": "breached"},
                {"choice": "year", "label": "按合同年度", "measured": "525553/525600", "state": "met"},
            ),
            events=("INC-2026-0007",),
        ),
        LevelResult(
            metric="durability", title="数据可靠性", object="data", operator=">=", threshold="0.999999",
            unit="share", measured=None, state="unknown", source=AVAILABILITY, node="level.2",
        ),
        LevelResult(
            metric="response", title="故障响应", object="service", operator="<=", threshold="15", unit="minute",
            measured="22", state="breached", events=("INC-2026-0007",), source=RESPONSE, sample=True, node="level.3",
        ),
        LevelResult(
            metric="arrival", title="到达云中心机房", object="service", operator="<=", threshold="2", unit="hour",
            measured="5/6", state="met", events=("INC-2026-0007",), source=RESPONSE, sample=True, node="level.4",
        ),
        LevelResult(
            metric="location", title="故障定位排除（重要信息系统）", object="system", operator="<=", threshold="10",
            unit="minute", measured="25", state="breached", events=("INC-2026-0007",), source=LOCATION, node="level.5",
        ),
        LevelResult(
            metric="scale_out", title="按需扩容", object="platform", operator="<=", threshold="7", unit="natural_day",
            measured=None, state="not_due", source=AVAILABILITY, node="level.6",
        ),
    )  # fmt: skip


def _clock(name: str, start_event: str, times: tuple[str | None, str | None], minutes: str | None,
           limit: tuple[int, str], state: str, clause: str) -> dict[str, Any]:  # fmt: skip
    return {
        "name": name, "start_event": start_event, "started_at": times[0], "stopped_at": times[1], "minutes": minutes,
        "limit": {"count": limit[0], "unit": limit[1]}, "state": state, "clause": clause,
    }  # fmt: skip


def _incidents() -> tuple[IncidentLine, ...]:
    return (
        IncidentLine(
            id="inc-1", number="INC-2026-0007", title="会员服务系统无法访问，外网入口三台云主机同时中断",
            system="会员服务系统", opened_at="2026-03-11T01:02:00Z", outage_minutes="47", sample=True,
            clocks=(
                _clock("response", "notice", ("2026-03-11T01:10:00Z", "2026-03-11T01:32:00Z"), "22", (15, "minute"),
                       "breached", "第3.7条"),
                _clock("location", "response", ("2026-03-11T01:32:00Z", "2026-03-11T01:57:00Z"), "25", (10, "minute"),
                       "breached", "第3.8条"),
                _clock("arrival", "notice", ("2026-03-11T01:10:00Z", "2026-03-11T02:00:00Z"), "50", (2, "hour"),
                       "met", "第3.7条"),
                _clock("recovery", "occurrence", ("2026-03-11T01:02:00Z", "2026-03-11T01:49:00Z"), "47",
                       (30, "minute"), "open", "附件三 第10行"),
            ),
            events=(
                {"at": "2026-03-11T01:02:00Z", "event": "occurrence", "by": "探测"},
                {"at": "2026-03-11T01:10:00Z", "event": "reported", "by": "使用单位 电话"},
                {"at": "2026-03-11T01:32:00Z", "event": "responded"},
                {"at": "2026-03-11T01:49:00Z", "event": "recovered", "by": "探测"},
                {"at": "2026-03-11T01:57:00Z", "event": "located"},
                {"at": "2026-03-11T02:00:00Z", "event": "arrived"},
            ),
        ),
        IncidentLine(
            id="inc-2", number="INC-2026-0009", title="门户网站首页内容被改动", system="门户网站",
            opened_at="2026-03-22T13:40:00Z", outage_minutes=None,
            clocks=(
                _clock("response", "notice", ("2026-03-22T13:41:30Z", "2026-03-22T13:49:00Z"), "15/2", (15, "minute"),
                       "met", "第3.7条"),
                _clock("location", "response", (None, None), None, (30, "minute"), "not_started", "第3.8条"),
            ),
            events=({"at": "2026-03-22T13:41:30Z", "event": "reported", "by": "使用单位 系统填报"},),
        ),
    )  # fmt: skip


def _candidates() -> tuple[Candidate, ...]:
    return (
        Candidate(
            id="cand-1", event="INC-2026-0007", root_cause="核心交换机端口故障", clause="附件三 第8行",
            text="平均响应超过15分钟、不满30分钟，出现问题但未造成重大影响", severity="minor", coefficient="0.3",
            amount_fen=fen("121132.09"), state="not_gravest", source=MINOR, sample=True, node="cand.1",
        ),
        Candidate(
            id="cand-2", event="INC-2026-0007", root_cause="核心交换机端口故障", clause="附件三 第1行",
            text="可用性达不到99.99%，出现问题但未造成重大损失", severity="minor", coefficient="0.5",
            amount_fen=fen("201886.81"), state="chosen", source=MINOR, sample=True, node="cand.2",
        ),
        Candidate(
            id="cand-3", event="INC-2026-0009", root_cause="网页防篡改服务失效", clause="附件二 第3行",
            text="安全服务故障致某系统网页被篡改，造成重大影响", severity="severe", coefficient="6",
            amount_fen=None, state="needs_adjudication", needs=("adjudication.major_impact",), node="cand.3",
            alternatives=(
                {"choice": "yes", "label": "认定造成重大影响", "amount_fen": "242264176"},
                {"choice": "no", "label": "认定未造成重大影响", "amount_fen": "0"},
            ),
        ),
    )  # fmt: skip


def _trace() -> dict[str, TraceNode]:
    nodes = [
        TraceNode(id="penalty", label="本月违约金", value="201,886.81 元至 2,624,528.57 元",
                  formula="已采用的违约金之和；待定事项取最低与最高", children=("cand.2", "cand.1", "cand.3")),
        TraceNode(id="cand.1", label="INC-2026-0007 附件三 第8行", value="121,132.09 元",
                  formula="4,845,283.52 ÷ 12 × 30%", source=MINOR, children=("fee", "level.3"), sample=True),
        TraceNode(id="cand.2", label="INC-2026-0007 附件三 第1行", value="201,886.81 元",
                  formula="4,845,283.52 ÷ 12 × 50%", source=MINOR, children=("fee", "level.1"), sample=True),
        TraceNode(id="cand.3", label="INC-2026-0009 附件二 第3行", value="待认定", source=MINOR, children=("fee",)),
        TraceNode(id="fee", label="信息系统云服务费 ÷ 服务月数", value="403,773.6266… 元",
                  formula="4,845,283.52 ÷ 12", reading="fee_base = contract", children=("total",)),
        TraceNode(id="total", label="合同总价", value="4,845,283.52 元", formula="30 行价目之和"),
        TraceNode(id="level.1", label="云平台整体可用性", value="按月 44593/44640；按年 525553/525600",
                  source=AVAILABILITY, facts=("fact-01k9z7w4v4m9", "fact-01k9z7w4v4ma"), sample=True),
        TraceNode(id="level.3", label="故障响应", value="22 分钟", formula="09:32:00 − 09:10:00", source=RESPONSE,
                  facts=("fact-01k9z7w4v4mb",), sample=True),
        TraceNode(id="pay.2", label="第 2 期款", value="1,211,320.88 元", formula="第7.2条所列金额", source=PAYMENT),
    ]  # fmt: skip
    nodes += [
        TraceNode(id=f"delivery.{no}", label=f"价目第 {no} 行 {name}", value=f"{quantity} {unit}",
                  formula="逐段占用按时间加权", facts=(f"fact-01k9z7d{no:05d}",))
        for no, (_, name, unit, _, quantity, _) in enumerate(LINES, 1)
    ]  # fmt: skip
    return {node.id: node for node in nodes}


def make_statement() -> Statement:
    """A provisional month with sample evidence, breaches, open points and three instalments."""
    return Statement(
        contract={
            "number": "YZZWY-2025-118",
            "title": "云州市职工服务中心2026年政务云服务合同",
            "parties": {"using_unit": "云州市职工服务中心", "provider": "云州数联科技有限公司"},
            "term": {"start_on": "2026-01-01", "end_on": "2026-12-31"},
            "total_fen": fen("4845283.52"),
        },
        month="2026-03",
        provisional=True,
        sample=True,
        sample_labels=(SAMPLE_LABEL,),
        known_at="2026-04-02T01:30:00.000000Z",
        delivery=_delivery(),
        levels=_levels(),
        incidents=_incidents(),
        candidates=_candidates(),
        penalty_fen=None,
        penalty_low_fen=fen("201886.81"),
        penalty_high_fen=fen("2624528.57"),
        offset=({"from": "last_instalment", "amount_fen": fen("201886.81"), "note": "第13.3条"},),
        instalments=(
            Instalment(no=1, amount_fen=fen("1211320.88"), trigger="effective", due_on="2026-04-30", state="due",
                       notice="国办发明电〔2025〕7号", source=PAYMENT, node="pay.1"),
            Instalment(no=2, amount_fen=fen("1211320.88"), trigger="date", due_on="2026-06-30", state="later",
                       notice="", source=PAYMENT, node="pay.2"),
            Instalment(no=3, amount_fen=fen("2422641.76"), trigger="expiry+acceptance", due_on=None, state="waiting",
                       notice="", source=PAYMENT, node="pay.3"),
        ),
        open_points=(
            OpenPoint(code="availability.window", question="可用性按自然月还是按合同年度计算？", kind="reading",
                      subjects=("INC-2026-0007",), source=AVAILABILITY,
                      choices=({"choice": "month", "label": "按自然月", "amount_fen": "20188681"},
                               {"choice": "year", "label": "按合同年度", "amount_fen": "12113209"})),
            OpenPoint(code="adjudication.major_impact", question="网页被改动是否造成重大影响？", kind="adjudication",
                      subjects=("INC-2026-0009",), source=MINOR,
                      choices=({"choice": "yes", "label": "造成重大影响", "amount_fen": "242264176"},
                               {"choice": "no", "label": "未造成重大影响", "amount_fen": "0"})),
            OpenPoint(code="evidence.durability", question="本月没有数据可靠性的监测数据", kind="evidence",
                      subjects=("数据可靠性",), choices=(), source=AVAILABILITY),
        ),
        readings=({"code": "fee_base", "question": "信息系统云服务费以什么为准", "choice": "合同总价",
                   "agreement": "2026年1月5日会议纪要"},),
        trace=_trace(),
    )  # fmt: skip


def make_days() -> dict[str, object]:
    """How two objects were seen day by day, as it stands beside the statement of the monthly report."""
    whole = {"up": "1440", "down": "0", "unknown": "0", "excluded": "0"}
    cells: list[dict[str, str] | None] = [dict(whole) for _day in range(31)]
    cells[10] = whole | {"up": "1393", "down": "47"}
    other = [*cells[:20], whole | {"up": "1380", "unknown": "60"}, *cells[21:30], None]
    other[10] = whole | {"up": "1320", "excluded": "120"}
    starts = [f"2026-{'02-28' if day == 0 else f'03-{day:02}'}T16:00:00Z" for day in range(31)]
    objects = [{"name": "platform", "cells": cells}, {"name": "会员服务系统", "cells": other}]
    return {"days": {"starts": starts, "objects": objects}}


def render_example(report: str) -> str:
    """The example as the folder of a report holds it."""
    data = make_statement().model_dump(mode="json") | (make_days() if report == "monthly" else {})
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    for report in STATEMENT_REPORTS:
        (REPORTS / report / "example.json").write_text(render_example(report), "utf-8")
