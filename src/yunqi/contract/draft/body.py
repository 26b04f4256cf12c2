"""The articles of a drafted contract. What stands in a table of the data is stated in a table of an annex instead.

The sentences say what is, not what somebody 应 do: the duties stand in their own list, once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from yunqi.contract.clauses import code_words as words
from yunqi.contract.clauses.code_words import BLANK, NONE, say_date, say_duration, say_money, say_share
from yunqi.contract.draft import closing
from yunqi.contract.draft.blocks import Align, Block, Column, Grid, Text

Data = Mapping[str, Any]
Article = tuple[str, list[Block]]

_ROLE_TITLES = {
    "using_unit": "使用单位",
    "provider": "云服务商",
    "administration": "政务云管理单位",
    "supervisor": "云综合监管服务商",
    "integrator": "信息系统服务商",
}
_ROLE_ABOUT = {
    "using_unit": "向云服务商租用云资源的单位。",
    "provider": "向使用单位出租云资源的单位。",
    "administration": "统筹政务云建设和使用的单位。",
    "supervisor": "对政务云的运行和安全进行监测的单位。",
    "integrator": "受使用单位委托开发或运维信息系统的单位。",
}
_FLAGS = {True: "是", False: "否", None: NONE}


def articles_of(data: Data, annexes: Mapping[str, str]) -> list[Article]:
    """The articles in order: heading and blocks; an article that the data is silent about is left out.

    `annexes` names the annexes that there are, by kind.
    """
    found: list[Article] = []
    for heading, make in _ARTICLES:
        blocks = list(make(data, annexes))
        if blocks:
            found.append((heading, _number(blocks)))
    return found


def _number(blocks: list[Block]) -> list[Block]:
    """The paragraphs numbered, where there is more than one of them."""
    texts = [block for block in blocks if isinstance(block, Text) and block.style == "body"]
    if len(texts) < 2:
        return blocks
    count, numbered = 0, list[Block]()
    for block in blocks:
        if isinstance(block, Text) and block.style == "body":
            count += 1
            numbered.append(Text(f"（{say_number(count)}）{block.words}"))
        else:
            numbered.append(block)
    return numbered


def say_number(number: int) -> str:
    """A number under one hundred in Chinese numerals.

    >>> [say_number(number) for number in (3, 10, 14, 20, 31)]
    ['三', '十', '十四', '二十', '三十一']
    """
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if tens == 0:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")


def _parties(data: Data, _annexes: Mapping[str, str]) -> Iterator[Block]:
    for role in (data.get("parties") or {}).get("roles") or ():
        title = role.get("title") or _ROLE_TITLES.get(role["role"], role["role"])
        yield Text(f"{title}：{role.get('name') or _ROLE_ABOUT.get(role['role'], BLANK)}")


def _scope(data: Data, annexes: Mapping[str, str]) -> Iterator[Block]:
    yield (
        Text(f"甲方向乙方租用政务云资源，种类、数量和价格见{annexes['prices']}。")
        if "prices" in annexes
        else Text(f"甲方向乙方租用政务云资源，种类、数量和价格为{BLANK}。")
    )
    for kind, words_ in (
        ("baseline", "随租用附带的基础保障见{}，不另计价。"),
        ("unpriced", "不另计价的其他事项见{}。"),
    ):
        if kind in annexes:
            yield Text(words_.format(annexes[kind]))
    systems = data.get("systems") or ()
    if systems:
        yield Text("部署在云平台的信息系统如下：")
        yield _systems(systems)


def _systems(systems: Any) -> Grid:
    columns = [Column("信息系统名称", 14)]
    if any(one.get("no") is not None for one in systems):
        columns.insert(0, Column("序号", 3, "c"))
    columns += [Column("安全保护等级", 5, "c"), Column("重要系统", 4, "c"), Column("面向互联网", 4, "c")]
    rows = []
    for one in systems:
        grade = one.get("grade")
        row = [
            one["name"],
            NONE if grade is None else f"{say_number(grade)}级",
            _FLAGS[one.get("important")],
            _FLAGS[one.get("internet_facing")],
        ]
        if columns[0].head == "序号":
            row.insert(0, NONE if one.get("no") is None else str(one["no"]))
        rows.append(tuple(row))
    return Grid(tuple(columns), tuple(rows))


def _term(data: Data, _annexes: Mapping[str, str]) -> Iterator[Block]:
    term = data.get("term") or {}
    months, end_on, event = term.get("months"), term.get("end_on"), term.get("from")
    length = f"服务期限为{months}个月，" if months is not None else "服务期限"
    start = {
        "date": f"自{say_date(term.get('start_on')) if term.get('start_on') else BLANK}起",
        "signature": "自本合同签订之日起",
        "activation": "自云资源开通之日起",
    }.get(str(event), f"自{BLANK}起")
    if event in {"signature", "activation"} and end_on is None and months is not None:
        yield Text(f"服务期限为{months}个月，{start}计算。")
        return
    yield Text(f"{length}{start}至{say_date(end_on) if end_on else BLANK}止。")


def _price(data: Data, _annexes: Mapping[str, str]) -> Iterator[Block]:
    total, tax = data.get("total_fen"), data.get("tax")
    if total is not None:
        yield Text(f"合同总价为{say_money(total)}。")
    elif data.get("price_lines"):
        yield Text(f"合同总价为人民币（大写）{BLANK}（¥{BLANK}元）。")
    if tax:
        rate = f"增值税税率为{say_share(tax['rate'])}" if tax.get("rate") is not None else ""
        net = f"不含税金额为{say_money(tax['net_fen'])}" if tax.get("net_fen") is not None else ""
        if rate or net:
            yield Text("，".join(part for part in (rate, net) if part) + "。")
    if data.get("instalments"):
        yield Text("合同价款按下表分期结清：")
        yield _instalments(data["instalments"])


def _instalments(instalments: Any) -> Grid:
    from yunqi.kernel.money import render_daxie, render_yuan

    def codes(found: Any) -> str:
        return "、".join(words.TRIGGERS.say(code) for code in found or ()) or NONE

    rows = []
    for one in instalments:
        fen = one.get("amount_fen")
        rows.append(
            (
                str(one["no"]),
                codes(one.get("triggers")),
                codes(one.get("requires")),
                say_duration(one.get("within")),
                say_date(one.get("by_on")),
                say_share(one["share"]) if one.get("share_stated") and one.get("share") is not None else NONE,
                BLANK if fen is None else render_yuan(fen),
                BLANK if fen is None else render_daxie(fen),
            )
        )
    heads: tuple[tuple[str, int, Align], ...] = (
        ("期次", 3, "c"), ("付款条件", 7, "l"), ("付款前提", 5, "l"), ("付款期限", 5, "c"), ("最迟付款日", 6, "c"),
        ("付款比例", 4, "c"), ("付款金额（元）", 7, "r"), ("金额大写", 9, "l"),
    )  # fmt: skip
    return Grid(tuple(Column(*head) for head in heads), tuple(rows))


def _bond(data: Data, _annexes: Mapping[str, str]) -> Iterator[Block]:
    bond = data.get("bond")
    if not bond:
        return
    due, forms = bond.get("due"), "、".join(bond.get("forms") or ())
    event = {"signature": "本合同签订后", "effective": "本合同生效后"}.get(str((due or {}).get("from")), "")
    when = f"{event}{say_duration(due)}内{'（含本数）' if due.get('inclusive') else ''}" if due else ""
    share = f"合同总价{say_share(bond['share'])}的履约保证金" if bond.get("share") is not None else "履约保证金"
    yield Text(f"乙方{'于' if when else ''}{when}提交{share}{f'，形式为{forms}' if forms else ''}。")
    if bond.get("amount_fen") is not None:
        yield Text(f"履约保证金的金额为{say_money(bond['amount_fen'])}。")
    if bond.get("until_on"):
        yield Text(f"履约保证金的有效期至{say_date(bond['until_on'])}止。")
    if bond.get("refund_within"):
        yield Text(f"服务期届满且无违约情形的，甲方在{say_duration(bond['refund_within'])}内无息退还。")
    if bond.get("renewal"):
        yield Text(f"履约担保到期而合同未履行完毕的，乙方在到期{say_duration(bond['renewal'])}前重新提供。")


def _burst(data: Data, _annexes: Mapping[str, str]) -> Iterator[Block]:
    burst = data.get("burst")
    if not burst:
        return
    agreed = "经甲乙双方协商一致，" if burst.get("by_agreement") else ""
    short = "短期" if burst.get("duration") else ""
    free = "免费" if burst.get("free") else ""
    longer = "，需要长期使用的另立补充协议" if burst.get("longer_use") else ""
    yield Text(f"业务高峰期扩容的，{agreed}甲方可以{free}{short}使用约定数量以外的资源{longer}。")


def _levels(_data: Data, annexes: Mapping[str, str]) -> Iterator[Block]:
    for kind, said in (("levels", "云服务的各项服务级别见{}。"), ("kpis", "绩效目标见{}。")):
        if kind in annexes:
            yield Text(said.format(annexes[kind]))


def _duties(_data: Data, annexes: Mapping[str, str]) -> Iterator[Block]:
    for kind, said in (("obligations", "双方的各项义务见{}。"), ("deliverables", "服务过程中形成的成果见{}。")):
        if kind in annexes:
            yield Text(said.format(annexes[kind]))


def _acceptance(data: Data, _annexes: Mapping[str, str]) -> Iterator[Block]:
    found = data.get("acceptance") or {}
    if found.get("deadline"):
        yield Text(f"服务期满后{say_duration(found['deadline'])}内，甲方组织验收。")
    if found.get("silence_accepts"):
        after = found.get("silence_after")
        yield Text(
            f"甲方在收到验收申请后{say_duration(after)}内未提出异议的，视为验收合格。"
            if after
            else "甲方逾期未答复验收申请的，视为验收合格。"
        )
    if found.get("rework"):
        yield Text(f"验收不合格的，乙方在{say_duration(found['rework'])}内整改，之后重新验收。")
    if found.get("by_third_party"):
        yield Text("甲方可以委托第三方机构进行验收。")


def _breach(data: Data, annexes: Mapping[str, str]) -> Iterator[Block]:
    penalties = data.get("penalties") or {}
    yield from _remedies(penalties.get("critical") or ())
    for kind, said in (
        ("critical", "重大违约的情形见{}。"),
        ("severe", "严重违约的情形和计算系数见{}。"),
        ("minor", "一般违约的情形和计算系数见{}。"),
        ("breaches", "其他情形的违约金见{}。"),
        ("unplaced", "未分级的违约情形和计算系数见{}。"),
        ("deductions", "考核扣分的情形见{}。"),
        ("score_bands", "各期费用按考核得分的支付比例见{}。"),
        ("credits", "可用性未达到约定的，当月服务费的赔付比例见{}。"),
    ):
        if kind in annexes:
            yield Text(said.format(annexes[kind]))
    phrases = {
        "bond": "从履约保证金中扣除",
        "last_instalment": "从尾款中抵扣",
        "unpaid": "从未付款项中抵扣",
        "provider_payment": "由乙方另行支付",
    }
    offset = penalties.get("offset") or ()
    if offset:
        yield Text("违约金按下列次序收取：" + "，".join(phrases.get(code, code) for code in offset) + "。")
    cumulation = penalties.get("cumulation")
    if cumulation:
        same = "、".join(
            f"同一{word}"
            for code, word in (("event", "事件"), ("cause", "原因"))
            if code in (cumulation.get("same") or ())
        )
        agreed = "经甲乙双方协商，" if cumulation.get("agreement") else ""
        yield Text(f"{same}符合多种违约情形的，{agreed}择其重者适用。")


def _remedies(critical: Any) -> Iterator[Block]:
    phrases = {
        "terminate": "解除本合同",
        "refund": "要求返还已付合同款",
        "penalty": "要求支付违约金",
        "damages": "要求赔偿损失",
    }
    seen: set[str] = set()
    for breach in critical:
        level, remedy = breach.get("level"), breach.get("remedy") or ()
        if not level or not remedy or level in seen:
            continue
        seen.add(level)
        count = breach.get("count") or {"count": 1}
        window = {"year": "一年内", "term": "服务期内"}.get(str(count.get("window")), "")
        what = "、".join(phrases.get(code, code) for code in remedy)
        yield Text(f"{window}发生{level}级事件{count['count']}次及以上的，甲方有权{what}。")


_ARTICLES = (
    ("定义", _parties),
    ("租用范围", _scope),
    ("服务期限", _term),
    ("合同价款和支付", _price),
    ("履约保证金", _bond),
    ("高峰期资源使用", _burst),
    ("服务级别", _levels),
    ("双方的职责", _duties),
    ("验收", _acceptance),
    ("违约责任", _breach),
    ("保密", closing.say_confidentiality),
    ("退出和迁移", closing.say_exit),
    ("不可抗力", closing.say_force_majeure),
    ("通知和送达", closing.say_notices),
    ("争议解决", closing.say_disputes),
    ("合同文件和变更", closing.say_general),
)
