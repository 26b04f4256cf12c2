"""Penalties: critical events, coefficients, bands of credit, days, cases, scores, each with its truth."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.kits.maker.draft import Draft

from yunqi.kernel.money import decimal_text, render_yuan


def start_penalties(d: Draft, *, none: bool = True) -> dict[str, Any]:
    """The truth of the penalties; kinds that a layout does not write are empty."""
    return d.truth.setdefault(
        "penalties", {"critical": [], "coefficients": [], "other": [], "offset": []} if none else {}
    )


def _band(metric: str, low: int | None, high: int | None, unit: str, *, closed: bool) -> dict[str, Any]:
    return {
        "metric": metric, "unit": unit,
        "min": None if low is None else str(low), "min_operator": None if low is None else ">",
        "max": None if high is None else str(high), "max_operator": None if high is None else "<=" if closed else "<",
    }  # fmt: skip


def write_coefficients(d: Draft, table: str, form: str = "coefficient") -> None:
    """A table of coefficients in an annex; `table` is severe or minor."""
    severe = table == "severe"
    d.annex("严重违约行为表" if severe else "一般违约行为表")
    word = d.pick("系数", "惩罚系数")
    d.text(
        d.pick(
            f"违约金＝信息系统云服务费÷服务月数×{word}",
            f"罚款金额（违约金）=信息系统云服务费/服务月数*{word}",
            f"违约金=信息系统云服务费/服务月数×{word}",
        )
    )
    grave = d.pick("重大影响", "重大损失", "重大事故")
    tail = (
        f"，造成{grave}" if severe else d.pick(f"，但未造成{grave}", f"，出现问题但未造成{grave}", f"，未造成{grave}")
    )
    requires = {"word": grave, "negated": not severe}
    first, second, third = d.pick((15, 30, 60), (10, 20, 40), (5, 15, 30), (20, 45, 90))
    one, two = d.pick((30, 60), (60, 120), (45, 90))
    closed = d.maybe(0.3)
    upper = "不超过" if closed else "小于"
    rows: list[tuple[str, dict[str, Any]]] = [
        (f"平均响应时间大于{first}分钟且{upper}{second}分钟{tail}",
         {"measures": "response_average", "band": _band("response_average", first, second, "minute", closed=closed), "requires": requires}),
        (f"运维需求平均响应时间大于{second}分钟且{upper}{third}分钟{tail}",
         {"measures": "response_average", "band": _band("response_average", second, third, "minute", closed=closed), "requires": requires}),
        (f"平均故障恢复时间大于{one}分钟且{upper}{two}分钟{tail}",
         {"measures": "recovery_average", "band": _band("recovery_average", one, two, "minute", closed=closed), "requires": requires}),
        (f"现场无人值守超过{d.pick(1, 2)}小时{tail}", {"measures": "unattended", "requires": requires}),
        (f"系统和数据未做好互备，其他云服务商中断时系统不能正常使用{tail}", {"measures": "mutual_backup", "requires": requires}),
        (f"收到整改通知后没有正确处置{tail}", {"measures": "rectification_ignored", "requires": requires}),
    ]  # fmt: skip
    share = d.pick("0.999", "0.9995", "0.9999")
    band = {
        "metric": "availability",
        "unit": "share",
        "min": None,
        "min_operator": None,
        "max": share,
        "max_operator": "<",
    }
    rows.append(
        (f"云服务可用性低于{d.percent(share)}{tail}", {"measures": "availability", "band": band, "requires": requires})
    )
    if not severe:
        hours, times, complaints = d.pick(2, 3, 4), d.pick(2, 3, 5), d.pick(2, 3, 5)
        rows += [
            (f"因乙方云服务故障，造成某系统宕机{hours}小时以上", {"measures": "outage_single"}),
            (f"甲方按月考核，乙方月度考核连续{times}次未能通过", {"measures": "assessment_failures"}),
            (f"服务期内接到用户投诉{complaints}次以上", {"measures": "complaint_count"}),
        ]
    d.random.shuffle(rows)
    rows = rows[: d.random.randint(5, len(rows))]
    grid, truth = [["序号", d.pick("问题描述", "违约情形", "违约行为"), word]], start_penalties(d)["coefficients"]
    for no, (words, entry) in enumerate(rows, start=1):
        coefficient = d.pick("1", "2", "3", "6") if severe else d.pick("0.2", "0.3", "0.5", "0.6", "0.1")
        grid.append([str(no), words, d.percent(coefficient)])
        truth.append({"table": table, "no": no, "coefficient": coefficient, **entry})
    d.table(grid)
    d.truth["penalties"]["formula"] = {"base": "system_fee", "divisor": "service_months"}


CRITICAL_TYPES = ("interruption", "tampering", "data_loss", "intrusion")
_TYPE_WORDS = {
    "interruption": ("服务中断",), "tampering": ("重大篡改", "重大篡改事件"), "data_loss": ("数据丢失",), "intrusion": ("恶意入侵", "恶意入侵攻击"),
}  # fmt: skip


def write_critical(d: Draft, events: tuple[int, int]) -> None:
    """The table of events of level A and B; `events`: how many of each end the contract."""
    d.annex("重大违约行为表")
    truth = start_penalties(d)["critical"]
    rows = [["类别", "事件类型", "范围", "影响", "影响时间", "事件级别", "次数"]]
    merges = [(1, 0, 8, 0), (1, 5, 4, 5), (1, 6, 4, 6), (5, 5, 8, 5), (5, 6, 8, 6)]
    hours = d.pick(1, 2, 3, 4)
    window, said = d.pick((None, ""), ("year", "一年内"))
    for level, count in (("A", events[0]), ("B", events[1])):
        people, loss = (d.pick(5, 10, 50), d.pick(50, 100, 500)) if level == "A" else (d.pick(1, 2), d.pick(10, 20))
        handled = d.pick(2, 4, 8) if level == "A" else d.pick(12, 24)
        minutes = d.pick(20, 30, 60)
        important = level == "A"
        system = "重要信息系统" if important else "信息系统"
        words = {
            "interruption": (
                f"因非不可抗力造成{system}中断，或影响人数{people}万以上，或导致{loss}万元以上经济损失。",
                f"{hours}小时以上",
            ),
            "tampering": ("因乙方原因造成系统被恶意篡改，事后未及时处置，致使事件处置延误。", f"{minutes}分钟以上"),
            "data_loss": (f"因非不可抗力造成{system}丢失数据，且确认无法恢复。", ""),
            "intrusion": (
                f"经第三方机构通报平台存在隐患，乙方未在{handled}小时内有效处置，造成系统被恶意篡改或敏感信息泄露。",
                "",
            ),
        }
        for kind in CRITICAL_TYPES:
            text, lasting = words[kind]
            first = kind == CRITICAL_TYPES[0]
            times = f"{count}次" if level == "A" else f"{said}{count}次"
            rows.append(["重大安全事故（云服务商主责）" if len(rows) == 1 else "", d.pick(*_TYPE_WORDS[kind]),
                         {"interruption": "云平台整体", "data_loss": f"{system}核心业务数据"}.get(kind, system),
                         text, lasting, f"{level}级" if first else "", times if first else ""])  # fmt: skip
            entry: dict[str, Any] = {"level": level, "type": kind, "duration": None,
                                     "count": {"count": count, "window": window if level == "B" else None}}  # fmt: skip
            if kind == "interruption":
                entry |= {"duration": {"count": hours, "unit": "hour"}, "joined": "or"}
                entry["conditions"] = {
                    "people": {"operator": ">=", "value": people * 10000},
                    "loss_fen": {"operator": ">=", "value": loss * 10**6},
                }
            elif kind == "tampering":
                entry["duration"] = {"count": minutes, "unit": "minute"}
            elif kind == "intrusion":
                entry["conditions"] = {"not_handled_within": {"count": handled, "unit": "hour"}}
            truth.append(entry)
    d.table(rows, merges)


def write_credits(d: Draft) -> None:
    """A table of bands: availability of a month against the part of the month's fee that is given back."""
    high, middle, low = d.pick(("0.999", "0.99", "0.95"), ("0.9995", "0.995", "0.99"), ("0.9999", "0.999", "0.99"))
    shares = d.pick(("0.1", "0.25", "0.5"), ("0.05", "0.1", "0.3"), ("0.1", "0.3", "1"))
    d.item(
        d.pick(
            "月度可用性未达到承诺值的，乙方按下表向甲方支付违约金，基数为当月服务费：",
            "可用性未达标的，按下表比例扣减当月服务费：",
        )
    )
    bands = [(high, middle), (middle, low), (low, None)]
    rows = [
        ["序号", d.pick("月度可用性", "云平台月度可用性", "当月可用性"), d.pick("违约金比例", "扣减比例", "赔付比例")]
    ]
    truth = start_penalties(d)["credits"] = []
    for no, ((top, bottom), share) in enumerate(zip(bands, shares, strict=True), start=1):
        percent = d.percent
        words = f"低于{percent(top)}" if bottom is None else d.pick(
            f"低于{percent(top)}且不低于{percent(bottom)}", f"低于{percent(top)}但大于等于{percent(bottom)}", f"大于等于{percent(bottom)}且小于{percent(top)}")  # fmt: skip
        rows.append([str(no), words, percent(share)])
        truth.append({
            "no": no, "coefficient": share, "measures": "availability",
            "band": {"metric": "availability", "unit": "share", "max": top, "max_operator": "<", "min": bottom, "min_operator": None if bottom is None else ">="},
        })  # fmt: skip
    d.table(rows)


def write_daily(d: Draft) -> None:
    """A daily rate for late performance, often one for late payment, a proportion for a breach of secrecy."""
    truth = start_penalties(d)["other"]
    total = d.pick("合同总价", "合同总金额", "合同价款", "合同金额")
    rate, words = d.pick(
        ("0.001", "千分之一"),
        ("0.0005", "万分之五"),
        ("0.003", "千分之三"),
        ("0.005", "0.5%"),
        ("0.0003", "万分之三"),
        ("0.001", "1‰"),
        ("0.0005", "0.05%"),
    )
    late = d.pick("乙方逾期提供服务的", "乙方未按约定时间提供服务的，构成逾期", "乙方迟延履行合同义务的")
    d.item(
        d.pick(
            f"{late}，每逾期一日，应向甲方支付{total}{words}的违约金。",
            f"{late}，每延期一日，按{total}的{words}向甲方支付违约金。",
        )
    )
    truth.append(
        {
            "kind": "daily",
            "rate": rate,
            "of": "contract_total",
            "party": "provider",
            "duty": "late_performance",
            "amount_fen": None,
        }
    )
    if d.maybe(0.6):
        rate, words = d.pick(("0.0001", "万分之一"), ("0.0005", "万分之五"), ("0.0003", "0.03%"))
        d.item(f"甲方逾期付款的，每逾期一日，应按逾期金额的{words}向乙方支付违约金。")
        truth.append(
            {
                "kind": "daily",
                "rate": rate,
                "of": "overdue",
                "party": "using_unit",
                "duty": "late_payment",
                "amount_fen": None,
            }
        )
    share = d.pick("0.1", "0.2", "0.3", "0.05")
    d.item(
        d.pick(
            f"乙方违反保密义务的，应当向甲方支付{total}{d.percent(share)}的违约金。",
            f"乙方泄露甲方保密信息的，按{total}的{d.percent(share)}承担违约金。",
        )
    )
    truth.append(
        {
            "kind": "percentage",
            "rate": share,
            "of": "contract_total",
            "party": "provider",
            "duty": "confidentiality",
            "amount_fen": None,
        }
    )
    if d.maybe(0.5):
        share = d.pick("0.1", "0.2", "0.3")
        d.item(f"乙方擅自转包或者分包的，甲方有权解除合同，乙方应支付{total}{d.percent(share)}的违约金。")
        truth.append(
            {
                "kind": "percentage",
                "rate": share,
                "of": "contract_total",
                "party": "provider",
                "duty": "subcontracting",
                "amount_fen": None,
            }
        )


def write_cases(d: Draft) -> None:
    """Fixed yuan a case."""
    truth = start_penalties(d)["other"]
    chosen = d.random.sample(
        (
            ("未按约定时间响应故障", "次"), ("发生重大网络安全事件", "起"), ("未经甲方同意更换驻场人员", "人次"),
            ("因乙方原因造成系统中断", "次"), ("巡检记录造假", "例"), ("未按时提交运维报告", "次"),
        ),
        d.pick(2, 3, 4),
    )  # fmt: skip
    for words, counter in chosen:
        fen = d.pick(500, 1000, 2000, 5000, 10000, 20000, 50000) * 100
        amount = (
            d.pick(f"{render_yuan(fen)}元", f"人民币{fen // 100}元", f"{fen // 100}元")
            if fen < 10**6 or d.maybe(0.5)
            else f"{decimal_text(Decimal(fen) / 10**6)}万元"
        )
        d.item(d.pick(f"乙方{words}的，每发生一{counter}，应向甲方支付{amount}违约金。".replace("乙方因乙方", "因乙方"),
                      f"乙方{words}的，每{counter}支付违约金{amount}。".replace("乙方因乙方", "因乙方")))  # fmt: skip
        truth.append({"kind": "per_case", "rate": None, "amount_fen": fen, "party": "provider"})


def write_scores(d: Draft) -> None:
    """Deductions from a score of one hundred, and the part of the fee that each band of the score earns."""
    start_penalties(d)
    d.item(
        d.pick("甲方每季度对乙方进行考核，满分100分，扣分标准如下：", "服务考核实行百分制，满分为100分，按下表扣分：")
    )
    chosen = d.random.sample(
        (
            ("故障响应超过约定时限", "次"), ("未按时提交月度报告", "次"), ("值守人员脱岗", "次"), ("发生一般网络安全事件", "起"),
            ("工单超期未办结", "件"), ("资源开通超过约定时限", "次"), ("收到用户有效投诉", "次"), ("未按计划开展应急演练", "次"),
        ),
        d.pick(4, 5, 6),
    )  # fmt: skip
    rows, truth = [["序号", d.pick("考核内容", "考核项目", "扣分情形"), d.pick("扣分标准", "扣分")]], []
    for no, (words, counter) in enumerate(chosen, start=1):
        points = d.pick("1", "2", "3", "5", "0.5", "10")
        rows.append(
            [
                str(no),
                words,
                d.pick(f"每{counter}扣{points}分", f"每发生1{counter}扣{points}分", f"扣{points}分/{counter}"),
            ]
        )
        truth.append({"no": no, "text": words, "points": points, "per": "case"})
    d.table(rows)
    d.truth["penalties"]["deductions"] = truth
    high, middle, low = d.pick((95, 85, 70), (90, 80, 60), (90, 75, 60))
    one, two = d.pick(("0.95", "0.9"), ("0.9", "0.8"), ("0.98", "0.9"), ("0.9", "0.7"))
    d.item(d.pick("考核得分与服务费支付比例的对应关系：", "服务费按考核得分支付："))
    bands = [
        (f"{high}分（含）以上", "1", high, None),
        (f"{middle}分（含）至{high}分", one, middle, high),
        (f"{low}分（含）至{middle}分", two, low, middle),
    ]
    d.table(
        [
            [d.pick("考核得分", "得分"), d.pick("支付比例", "服务费支付比例")],
            *([words, d.percent(share)] for words, share, __, __ in bands),
        ]
    )
    d.truth["penalties"]["score_bands"] = [
        {"min": str(least), "min_operator": ">=", "max": None if most is None else str(most),
         "max_operator": None if most is None else "<", "share": share}
        for __, share, least, most in bands
    ]  # fmt: skip


def write_offset(d: Draft) -> None:
    """What a penalty is taken from."""
    penalties = start_penalties(d)
    order, words = d.pick(
        (["last_instalment", "provider_payment"], "违约金从尾款中抵扣，尾款不足的，由乙方另行支付。"),
        (["last_instalment"], "甲方可以从尾款中扣除违约金。"),
        (["unpaid", "provider_payment"], "甲方有权从应付服务费用中直接扣除违约金，不足部分由乙方另行支付。"),
    )
    d.item(words)
    penalties["offset"] = order


def write_penalty_table(d: Draft) -> None:
    """Penalties in a table of two columns: the breach, and what it costs."""
    truth = start_penalties(d)["other"]
    total = d.pick("合同总价", "合同总金额", "合同金额")
    entries: list[tuple[str, str, dict[str, Any]]] = []
    rate, words = d.pick(("0.001", "千分之一"), ("0.0005", "万分之五"), ("0.002", "0.2%"))
    entries.append((d.pick("逾期开通云资源", "逾期完成系统迁移"), f"每逾期一日支付{total}{words}的违约金",
                    {"kind": "daily", "rate": rate, "of": "contract_total", "amount_fen": None}))  # fmt: skip
    share = d.pick("0.05", "0.1", "0.2")
    entries.append((d.pick("泄露甲方数据", "擅自留存甲方数据"), f"支付{total}{d.percent(share)}的违约金",
                    {"kind": "percentage", "rate": share, "of": "contract_total", "amount_fen": None}))  # fmt: skip
    for breach in d.random.sample(
        ("值班人员脱岗", "未按时提交服务报告", "故障响应超时", "擅自更换驻场人员"), d.pick(2, 3)
    ):
        fen = d.pick(500, 1000, 2000, 5000) * 100
        entries.append((breach, f"每次支付违约金{fen // 100}元", {"kind": "per_case", "rate": None, "amount_fen": fen}))
    d.random.shuffle(entries)
    d.item(d.pick("乙方发生下列情形的，按下表向甲方支付违约金：", "违约情形及违约金标准如下："))
    d.table([["序号", d.pick("违约情形", "违约行为"), d.pick("违约金标准", "违约责任")],
             *([str(no), breach, words] for no, (breach, words, __) in enumerate(entries, start=1))])  # fmt: skip
    truth.extend(entry for __, __, entry in entries)
