"""Clauses of service levels, key figures, acceptance, handing in, exit, secrecy and the general terms, with their truth."""

from __future__ import annotations

from typing import Any

from tests.kits.maker.draft import Draft, duration
from tests.kits.maker.facts import Facts
from tests.kits.maker.words import BASELINE, DELIVERABLES

PURE = {"statistic": None, "condition": None, "window": None, "clock_start": None}


def _level(metric: str, operator: str, threshold: str, unit: str, **more: Any) -> dict[str, Any]:
    return {"metric": metric, "operator": operator, "threshold": threshold, "unit": unit, **PURE, **more}


def write_levels(d: Draft, form: str) -> None:
    """Service levels. Forms: prose (items), table."""
    truth: list[dict[str, Any]] = []
    (_write_table if form == "table" else _write_prose)(d, truth)
    d.truth.setdefault("service_levels", []).extend(truth)


def _write_prose(d: Draft, truth: list[dict[str, Any]]) -> None:
    availability, durability = d.pick("0.999", "0.9995", "0.9999", "0.995"), d.pick("0.99999", "0.999999", "0.9999999")
    window, said = d.pick((None, ""), ("month", d.pick("每月", "月度")), ("year", d.pick("全年", "年度")))
    least = d.pick("不低于", "应不低于", "不得低于", "不小于", "达到", "须达到")
    d.item(
        d.pick(
            f"云平台{said}整体可用性{least}{d.percent(availability)}，数据可靠性{least}{d.percent(durability)}。",
            f"乙方保证云平台{said}可用性{least}{d.percent(availability)}；数据可靠性{least}{d.percent(durability)}。",
        )
    )
    truth.append(_level("availability", ">=", availability, "share", window=window, object="platform"))
    truth.append(_level("durability", ">=", durability, "share", object="data"))
    if d.maybe(0.7):
        days, unit = d.pick((3, "day"), (5, "working_day"), (7, "day"), (10, "day"), (2, "working_day"))
        span = d.span(days, unit, "个工作日" if unit == "working_day" else d.pick("个自然日", "日", "天"))
        d.item(
            d.pick(
                f"甲方提出扩容需求的，乙方应在{span}内完成云平台资源扩容。", f"云平台应具备弹性能力，{span}内完成扩容。"
            )
        )
        truth.append(_level("scale_out", "<=", str(days), "working_day" if unit == "working_day" else "day"))
    response, arrival = d.pick(5, 10, 15, 20, 30), d.pick((1, "hour"), (2, "hour"), (4, "hour"), (30, "minute"))
    clock, start = d.pick(
        ("notice", "乙方应在接到甲方故障报告后"),
        ("notice", "乙方收到甲方报修通知后"),
        ("occurrence", "系统发生故障时，乙方应在"),
    )
    respond = f"{d.span(response, 'minute')}内响应"
    reach = (
        f"{d.span(*arrival, '小时' if arrival[1] == 'hour' else '分钟')}内到达{d.pick('现场', '机房', '云中心机房')}"
    )
    d.item(f"{start}{respond}，{reach}。")
    truth.append(_level("response", "<=", str(response), "minute", clock_start=clock))
    truth.append(_level("arrival", "<=", str(arrival[0]), arrival[1], clock_start=clock))
    locate, sooner = d.pick((30, 10), (60, 20), (45, 15), (40, 30))
    if d.maybe(0.6):
        d.item(
            f"故障定位排除时限{d.pick('不超过', '不得超过')}{d.span(locate, 'minute')}，重要信息系统故障定位排除时限不超过{d.span(sooner, 'minute')}。"
        )
        truth.append(_level("location", "<=", str(locate), "minute"))
        truth.append(_level("location", "<=", str(sooner), "minute", condition="important_system"))
    else:
        recovery = d.pick((1, "hour"), (2, "hour"), (4, "hour"), (30, "minute"))
        span = d.span(*recovery, "小时" if recovery[1] == "hour" else "分钟")
        d.item(
            d.pick(f"系统宕机的，乙方应在{span}内恢复正常运行。", f"系统发生宕机问题时，乙方须在{span}内使系统恢复。")
        )
        truth.append(
            _level("recovery", "<=", str(recovery[0]), recovery[1], condition="down", clock_start="occurrence")
        )
    d.item(d.pick("乙方设立7*24小时服务热线，受理咨询和报障。", "乙方提供7×24小时技术支持服务。"))


def _write_table(d: Draft, truth: list[dict[str, Any]]) -> None:
    d.item(d.pick("服务水平指标如下表：", "乙方提供的服务应达到下列指标："))
    name, value = (
        d.pick("指标", "服务指标", "指标名称", "服务水平指标"),
        d.pick("指标要求", "服务标准", "承诺值", "目标值"),
    )
    rows = [["序号", name, value, d.pick("考核周期", "统计周期")]]
    window, said = d.pick(("month", "每月"), ("year", "每年"), ("month", "月度"), ("year", "年度"))
    availability, durability = d.pick("0.999", "0.9995", "0.9999"), d.pick("0.99999", "0.999999", "0.99999999")
    mark = d.pick("≥", "不低于", ">=", "不小于")
    rows.append(
        ["", d.pick("云平台可用性", "云平台可用率", "平台整体可用性"), f"{mark}{d.percent(availability)}", said]
    )
    truth.append(_level("availability", ">=", availability, "share", window=window, object="platform"))
    rows.append(["", d.pick("数据可靠性", "数据持久性"), f"{mark}{d.percent(durability)}", said])
    truth.append(_level("durability", ">=", durability, "share", window=window, object="data"))
    below = d.pick("≤", "不超过", "<=")
    for metric, names, spans in (
        ("response", ("故障响应时间", "事件响应时间"), ((5, "minute"), (10, "minute"), (15, "minute"), (30, "minute"))),
        ("recovery", ("故障恢复时间", "故障修复时间"), ((1, "hour"), (2, "hour"), (4, "hour"), (60, "minute"))),
        ("arrival", ("到达现场时间", "现场到达时间"), ((1, "hour"), (2, "hour"), (4, "hour"))),
        (
            "creation",
            ("资源开通时间", "云资源交付时间"),
            ((1, "working_day"), (2, "working_day"), (3, "working_day"), (3, "day")),
        ),
    ):
        if d.maybe(0.75):
            count, unit = d.pick(*spans)
            word = {"minute": "分钟", "hour": "小时", "day": "天", "working_day": "个工作日"}[unit]
            rows.append(["", d.pick(*names), f"{below}{count}{word}", d.pick("每次", "单次", "/")])
            truth.append(_level(metric, "<=", str(count), unit))
    body = rows[1:]
    order = list(range(len(body)))
    d.random.shuffle(order)
    d.table([rows[0], *([str(no), *body[at][1:]] for no, at in enumerate(order, start=1))])


KPIS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("云主机数量", "≥", ("60", "120", "180", "240"), "台"), ("漏洞扫描次数", "≥", ("2", "4", "6", "12"), "次"),
    ("应急演练次数", "≥", ("1", "2"), "次"), ("云主机使用率", "≤", ("70", "75", "80", "85"), "%"),
    ("云主机可用率", "≥", ("90", "95", "99"), "%"), ("网络可用率", "≥", ("96", "98", "99.5"), "%"),
    ("故障修复时间", "≤", ("30", "60", "120"), "分钟"), ("安全培训次数", "≥", ("1", "2", "3"), "次"),
    ("用户满意度", "≥", ("85", "90", "92", "95"), "%"), ("等保测评通过率", "＝", ("100",), "%"), ("服务响应时间", "≤", ("5", "10", "15"), "分钟"),
)  # fmt: skip


def write_kpis(d: Draft) -> None:
    """The table of key figures."""
    chosen = d.random.sample(KPIS, d.pick(5, 7, 9))
    titles = [
        "序号",
        d.pick("指标名称", "绩效指标", "考核指标"),
        d.pick("指标性质", "性质"),
        d.pick("指标值", "目标值"),
        d.pick("度量单位", "单位", "计量单位"),
    ]
    rows, truth = [titles], []
    for no, (name, mark, values, unit) in enumerate(chosen, start=1):
        value = d.pick(*values)
        rows.append([str(no), name, mark, value, unit])
        operator = {"≥": ">=", "≤": "<=", "＝": "="}[mark]
        truth.append({"no": no, "name": name, "operator": operator, "value": value, "unit": unit})
    d.item(d.pick("本项目绩效指标如下：", "服务绩效考核指标见下表："))
    d.table(rows)
    d.truth["kpis"] = truth


def write_baseline(d: Draft) -> None:
    """The free baseline services."""
    chosen = sorted(d.random.sample(range(len(BASELINE)), d.pick(8, 10, 13)))
    d.item(d.pick("基础安全保障服务由乙方免费提供，内容如下：", "下列基础保障服务已包含在平台能力中，甲方无需购买："))
    rows, truth, merges, before, first = (
        [[d.pick("服务类别", "保障类别"), d.pick("服务目录", "保障项目"), d.pick("项目", "保障内容")]],
        [],
        [],
        "",
        1,
    )
    for at in chosen:
        group, name, words = BASELINE[at]
        gbit, accounts = d.pick(5, 10, 20, 40, 100), d.pick(1, 2, 3)
        parameters = (
            {"bandwidth_gbit": gbit} if "{gbit}" in words else {"accounts": accounts} if "{accounts}" in words else {}
        )
        if group != before:
            first = len(rows)
        rows.append([group if group != before else "", name, words.format(gbit=gbit, accounts=accounts)])
        if group == before:
            merges = [merge for merge in merges if merge[0] != first] + [(first, 0, len(rows) - 1, 0)]
        truth.append({"name": name, "group": group, "parameters": parameters})
        before = group
    d.table(rows, merges)
    d.truth["baseline_services"] = truth


def write_acceptance(d: Draft, *, handed: bool) -> None:
    """Acceptance with or without a deadline, silence, rework; `handed`: a table of what is handed in."""
    d.article(d.pick("验收", "服务验收", "项目验收", "考核验收"))
    truth: dict[str, Any] = {"deadline": None, "silence_accepts": False, "rework": None}
    if d.maybe(0.6):
        count, unit = d.pick(
            (10, "working_day"), (15, "working_day"), (20, "working_day"), (30, "day"), (30, "working_day")
        )
        span = d.span(count, unit, "日" if unit == "day" else "个工作日")
        d.item(d.pick(f"服务期满后{span}内，甲方组织对乙方的服务进行验收。", f"合同期满后{span}内甲方完成验收。"))
        truth["deadline"] = duration(count, unit)
        if d.maybe(0.4):
            silent = d.pick(5, 10, 15)
            d.item(f"乙方提交验收申请后{d.span(silent, 'working_day', '个工作日')}内甲方未答复的，视为验收合格。")
            truth |= {"silence_accepts": True, "silence_after": duration(silent, "working_day")}
    else:
        d.item("服务期满后，由甲方依照合同约定的标准组织验收。")
    rework = d.pick((3, "day"), (5, "day"), (10, "working_day"), (15, "day"), (7, "day"))
    span = d.span(*rework, "日" if rework[1] == "day" else "个工作日")
    d.item(f"验收不合格的，乙方应当在{span}内{(mend := d.pick('整改', '返工', '返工或者调整'))}，并重新提请验收。")
    truth["rework"] = duration(*rework)
    level = {"metric": "rework", "operator": "<=", "threshold": str(rework[0]), "unit": rework[1]}
    if mend != "整改":
        d.truth.setdefault("service_levels", []).append(level)
    d.truth["acceptance"] = truth
    if handed:
        d.item("乙方应当在验收前提交下列成果：")
        chosen = d.random.sample(DELIVERABLES, d.pick(4, 6, 8))
        words = {"daily": "每日", "weekly": "每周", "monthly": "每月", "quarterly": "每季度", None: ""}
        d.table(
            [["序号", d.pick("成果名称", "交付物", "提交材料"), d.pick("提交频次", "备注", "提交要求")],
             *([str(no), name, words[often]] for no, (name, often) in enumerate(chosen, start=1))]
        )  # fmt: skip
        d.truth["deliverables"] = [{"name": name, "frequency": often} for name, often in chosen]


def write_exit(d: Draft) -> None:
    """Exit with its clocks."""
    d.article(d.pick("退出", "服务退出", "退出与迁移"))
    notice, migration, switch = (
        d.pick(1, 2, 3, 6),
        d.pick((10, "day"), (20, "day"), (30, "day"), (45, "day"), (15, "working_day")),
        d.pick(1, 2, 3),
    )
    days = d.span(*migration, "天" if migration[1] == "day" else "个工作日")
    d.item(
        f"乙方要求退出的，应当在服务期{d.pick('截止', '届满')}前{d.pick('至少', '提前')}{d.span(notice, 'month')}向甲方提出申请。",
        f"甲方提出迁出{d.pick('需求', '要求')}后{days}内，乙方应当配合完成信息系统迁移，并对原有数据进行安全擦除。",
        f"合同终止后不再续签的，乙方免费配合切换，{d.pick('切换期', '过渡期')}为{d.span(switch, 'month')}。",
    )
    d.truth["exit"] = {
        "notice": duration(notice, "month"),
        "migration": duration(*migration),
        "switch_over": duration(switch, "month"),
    }


def write_secrecy(d: Draft) -> None:
    """Confidentiality with its clocks."""
    d.article(d.pick("保密", "保密条款", "保密义务", "数据安全与保密"))
    back = d.pick((3, "day"), (5, "day"), (10, "working_day"), (20, "working_day"), (7, "day"))
    years = d.pick(None, None, 2, 3, 5)
    d.item(
        "乙方对履行合同中知悉的甲方数据和资料负有保密义务，未经甲方书面同意不得向他人提供。",
        f"乙方在收到甲方书面通知后{d.span(*back, '日' if back[1] == 'day' else '个工作日')}内{d.pick('归还', '返还')}全部涉密资料。",
    )
    truth: dict[str, Any] = {"return_within": duration(*back)}
    if years is None:
        d.item(d.pick("保密义务的期限为长期，不因合同终止而解除。", "保密期限为长期。"))
        truth["term"] = "indefinite"
    else:
        d.item(
            d.pick(
                f"保密义务期限为合同终止后{d.span(years, 'year')}。",
                f"乙方的保密期限为合同期满后{d.span(years, 'year')}。",
            )
        )
        truth |= {"term": "fixed", "term_length": duration(years, "year")}
    d.truth["confidentiality"] = truth


def write_general(d: Draft, f: Facts) -> None:
    """Force majeure, notices, disputes, changes."""
    proof = d.pick(7, 10, 14, 15, 30)
    d.article("不可抗力")
    d.item(
        "不可抗力指地震、台风、洪水、战争等不能预见、不能避免且不能克服的客观情况。",
        f"遭受不可抗力的一方应当{d.pick('立即', '及时')}书面通知对方，并在不可抗力发生之日起{d.span(proof, 'day', d.pick('日', '天'))}内提供证明。",
    )
    d.truth["force_majeure"] = {"proof_within": duration(proof, "day")}
    if d.maybe(0.6):
        change = d.pick((3, "day"), (5, "working_day"), (7, "day"))
        d.article(d.pick("通知", "通知与送达"))
        d.item(
            f"双方的通知应当以书面形式作出，联系方式变更的，应当在变更后{d.span(*change, '日' if change[1] == 'day' else '个工作日')}内通知对方。"
        )
        d.truth["notices"] = {"written": True, "change_within": duration(*change)}
    d.article(d.pick("争议解决", "争议的解决", "争议处理"))
    forum, place, words = d.pick(
        ("court", "甲方所在地", "向甲方所在地人民法院提起诉讼"),
        ("court", "甲方住所地", "向甲方住所地有管辖权的人民法院起诉"),
        ("arbitration", f"{f.city}市仲裁委员会", f"提交{f.city}市仲裁委员会仲裁"),
    )
    d.item(f"因本合同发生争议的，双方协商解决；协商不成的，{words}。")
    d.truth["disputes"] = {"forum": forum, "place": place}
    d.article(d.pick("其他约定", "附则", "合同生效及其他"))
    d.item(
        d.pick(
            "未尽事宜由双方另行签订补充协议，补充协议与本合同不一致的，以补充协议为准。",
            "对本合同的变更应当签订补充协议；补充协议与本合同冲突时，以补充协议为准。",
        ),
        f"本合同自双方签字盖章之日起生效，一式{d.pick('四', '肆', '陆', '六')}份。",
    )
    d.truth["amendment_rules"] = {"form": "supplementary_agreement", "prevails": True}
