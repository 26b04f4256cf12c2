"""Clauses of parties, term, systems, prices, payment and bond, each written in one of several forms with its truth."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.kits.maker.draft import Draft, chinese, duration
from tests.kits.maker.facts import Facts

from yunqi.kernel.money import decimal_text, render_yuan, round_fen

BLANK = ("", "—", "/", "-")


def write_front(d: Draft, f: Facts, form: str) -> None:
    """Number, title and parties. Forms: plain, titled (采购人、供应商 as well), table, late (names only at the end)."""
    number = d.pick("合同编号：{}", "合同号：{}", "合同编号: {}", "政府采购合同编号：{}").format(f.number)
    first = d.maybe(0.5)
    if first:
        d.text(number)
    d.title(f.title)
    if not first:
        d.text(number)
    if d.maybe(0.4):
        d.text(f"项目名称：{f.project}")
    d.truth.update(number=f.number, title=f.title)
    d.truth["parties"] = {"using_unit": f.using_unit, "provider": f.provider}
    place_a, place_b = (
        f"{f.city}市{d.pick('新区', '中心区')}人民路{d.random.randint(1, 300)}号",
        f"{f.city}市高新区科技大道{d.random.randint(1, 99)}号",
    )
    if form == "plain":
        d.text(f"甲方：{f.using_unit}")
        if d.maybe(0.6):
            d.text(f"{d.pick('地址', '住所')}：{place_a}")
        d.text(f"乙方：{f.provider}")
        if d.maybe(0.6):
            d.text(f"{d.pick('地址', '住所')}：{place_b}")
    elif form == "titled":
        d.text(f"甲方（采购人）：{f.using_unit}", f"乙方（{d.pick('供应商', '服务商', '云服务商')}）：{f.provider}")
    elif form == "reversed":
        d.text(f"采购人（甲方）：{f.using_unit}", f"供应商（乙方）：{f.provider}")
    elif form == "table":
        d.table(
            [
                ["甲方", "名称", f.using_unit],
                ["", d.pick("地址", "住所"), place_a],
                ["乙方", "名称", f.provider],
                ["", d.pick("地址", "住所"), place_b],
            ],
            merges=[(0, 0, 1, 0), (2, 0, 3, 0)],
        )
    d.text(
        d.pick(
            "双方依照《中华人民共和国民法典》和政府采购方面的规定，就政务云服务事项协商一致，订立本合同。",
            "根据《中华人民共和国政府采购法》《中华人民共和国民法典》的规定，甲乙双方本着平等自愿的原则签订本合同，共同遵守。",
            "为保障甲方信息系统稳定运行，甲、乙双方经友好协商，达成如下约定。",
        )
    )


def write_roles(d: Draft, f: Facts) -> None:
    """Who plays which role."""
    d.article(d.pick("项目角色", "各方角色", "角色与定义"))
    d.item(
        f"使用单位：{f.using_unit}（即本合同甲方）。",
        f"云服务商：{f.provider}（即本合同乙方）。",
        f"政务云管理单位：{f.administration}。",
        f"云综合监管服务商：{f.supervisor}。",
    )
    d.truth["parties"] |= {"administration": f.administration, "supervisor": f.supervisor}


def write_signature(d: Draft, f: Facts, form: str) -> None:
    """The end of the articles and the signatures. Forms: plain, table, columns."""
    d.truth["signed_on"] = f.signed_on.isoformat()
    d.text(d.pick("（以下无正文）", "（以下无正文，为签署页）"))
    day = d.on(f.signed_on)
    if form == "plain":
        d.text(f"甲方（盖章）：{f.using_unit}", "法定代表人或授权代表（签字）：", f"日期：{day}")
        d.text(f"乙方（盖章）：{f.provider}", "法定代表人或授权代表（签字）：", f"日期：{day}")
    elif form == "table":
        d.table(
            [
                ["甲方", "名称", f.using_unit, f"（公章）\n{day}"],
                ["", "授权代表", "（签字）", ""],
                ["乙方", "名称", f.provider, f"（公章）\n{day}"],
                ["", "授权代表", "（签字）", ""],
            ],
            merges=[(0, 0, 1, 0), (2, 0, 3, 0), (0, 3, 1, 3), (2, 3, 3, 3)],
        )
    else:
        d.text(
            f"甲方：{f.using_unit}（盖章）", f"乙方：{f.provider}（盖章）", f"签订日期：{day}", f"签订地点：{f.city}市"
        )


def write_term(d: Draft, f: Facts) -> None:
    """The term by dates, or from signature or activation."""
    d.article(d.pick("服务期限", "合同期限", "服务期", "履行期限"))
    truth: dict[str, Any] = {
        "months": f.months,
        "from": "date",
        "start_on": f.start_on.isoformat(),
        "end_on": f.end_on.isoformat(),
    }
    months = d.pick(f"{f.months}个月", f"{d.count(f.months)}个月", f"{chinese(f.months)}个月")
    if f.months % 12 == 0 and d.maybe(0.5):
        months = d.pick(f"{f.months // 12}年", f"{chinese(f.months // 12)}年")
    start, end = d.on(f.start_on), d.on(f.end_on)
    form = d.pick("dates", "dates", "dates", "dash", "bare", "signature")
    if form == "dates":
        words = f"服务期限为{months}，自{start}起至{end}止。"
    elif form == "dash":
        words = d.pick(f"本项目服务期限：{start}至{end}，共{months}。", f"服务期为{start}—{end}，共计{months}。")
    elif form == "bare":
        words = f"乙方自{start}至{end}向甲方提供本合同约定的服务。"
        truth["months"] = None
        if f.months:
            del truth["months"]
    else:
        words = d.pick(f"服务期{months}，自合同签订之日起算。", f"本合同服务期限为{months}，自本合同签订之日起计算。")
        words = d.pick(words, f"自合同签订之日起{months}。")
        end_on = _months_later(f, f.months)
        truth = {"months": f.months, "from": "signature", "start_on": f.signed_on.isoformat(), "end_on": end_on}
    d.pick(d.item, d.text)(words)
    d.truth["term"] = truth


def _months_later(f: Facts, months: int) -> str:
    index = f.signed_on.year * 12 + f.signed_on.month - 1 + months
    return (f.signed_on.replace(year=index // 12, month=index % 12 + 1) - timedelta(days=1)).isoformat()


def write_systems(d: Draft, f: Facts, form: str) -> None:
    """The systems as a table (with or without grades and flags) or a list of items."""
    d.truth["systems"] = [{"name": name} for name in f.systems]
    d.item(
        d.pick(
            "乙方为下列信息系统提供政务云服务：", "本项目涉及的信息系统如下：", "部署在乙方云平台上的信息系统见下表。"
        )
    )
    if form == "table":
        d.table(
            [
                [d.pick("序号", "编号"), d.pick("系统名称", "信息系统名称", "应用系统名称")],
                *([str(no), name] for no, name in enumerate(f.systems, 1)),
            ]
        )
        return
    rows = [["序号", "系统名称", d.pick("等保等级", "安全保护等级"), "是否重要系统"]]
    for no, entry in enumerate(d.truth["systems"], start=1):
        grade, important = d.pick(2, 3), d.maybe(0.4)
        entry |= {"grade": grade, "important": important}
        rows.append(
            [
                str(no),
                entry["name"],
                d.pick("二级", "第二级", "2级") if grade == 2 else d.pick("三级", "第三级", "3级"),
                "是" if important else "否",
            ]
        )
    d.table(rows)


def write_total(d: Draft, total: int, *, tax: bool) -> None:
    """The contract's total as an item, with or without its tax."""
    d.truth["total_fen"] = total
    d.truth["tax"] = None
    words = d.pick("本合同总金额为{}", "合同总价为{}", "合同金额：{}", "本项目合同总价款为{}", "服务费用总计{}").format(
        d.money(total)
    )
    if tax:
        rate = d.pick("0.06", "0.06", "0.09", "0.13")
        net = round_fen(Fraction(total) / (1 + Fraction(rate)))
        d.truth["tax"] = {"rate": rate, "net_fen": net, "tax_fen": total - net}
        words += d.pick(
            f"（含税，税率{d.percent(rate)}），其中不含税金额{render_yuan(net)}元，税额{render_yuan(total - net)}元",
            f"，税率为{d.percent(rate)}，不含税价{render_yuan(net)}元",
            f"。其中：不含税金额为¥{render_yuan(net)}元，增值税税额为¥{render_yuan(total - net)}元，税率{d.percent(rate)}",
        )
    else:
        words += d.pick("，为含税价", "，包含乙方完成本合同全部服务的费用", "")
    d.item(words + "。")


def draw_shares(d: Draft, parts: int) -> list[str]:
    """Whole per cents that make one."""
    if parts == 1:
        return ["1"]
    if parts == 4:
        return ["0.25"] * 4
    if parts == 2:
        first = d.pick(30, 40, 50, 60, 70, 80)
        return [_share(first), _share(100 - first)]
    first, second = d.pick(20, 25, 30, 40), d.pick(20, 25, 30)
    return [_share(first), _share(second), _share(100 - first - second)]


def _share(percent: int) -> str:
    return decimal_text(Decimal(percent).scaleb(-2))


def write_instalments(d: Draft, f: Facts, total: int, form: str) -> None:
    """The instalments. Forms: items, prose, table; amounts, shares, or both, drawn."""
    parts = d.pick(1, 2, 2, 3, 3, 4)
    shares = draw_shares(d, parts)
    amounts = [round_fen(Fraction(share) * total) for share in shares[:-1]]
    amounts.append(total - sum(amounts))
    show = d.pick("amount", "share", "both") if form != "table" else "both"
    truth: list[dict[str, Any]] = []
    words: list[tuple[str, str]] = []
    pay = d.pick("支付", "付款", "支付")
    for index, (share, fen) in enumerate(zip(shares, amounts, strict=True)):
        entry, when = _draw_trigger(d, f, index, parts)
        entry |= {"no": index + 1, "share_stated": show != "amount"}
        exact = Fraction(share) * total
        if show != "share":
            entry["amount_fen"] = fen
        elif exact.denominator == 1:
            entry["amount_fen"] = int(exact)
        if show != "amount" or round_fen(exact) == fen:
            entry["share"] = share
        label = d.pick("第{}期款", "第{}笔款项", "第{}次付款").format(chinese(index + 1))
        percent = d.percent(share)
        what = {
            "amount": f"甲方向乙方支付{label}，计{d.money(fen)}",
            "share": d.pick(f"甲方向乙方支付合同总价的{percent}", f"甲方支付合同金额的{percent}作为{label}"),
            "both": f"甲方向乙方支付合同总金额的{percent}，即{d.money(fen)}",
        }[show]
        words.append((when, what))
        truth.append(entry)
    d.truth["instalments"] = truth
    if form == "table":
        d.item(d.pick("甲方按下表支付合同价款：", "付款安排如下表："))
        d.table(
            [
                [
                    d.pick("期次", "付款期次", "序号"),
                    d.pick("付款条件", "支付条件"),
                    d.pick("付款比例", "支付比例"),
                    d.pick("付款金额（元）", "支付金额（元）"),
                ],
                *(
                    [str(no), when.rstrip("，"), d.percent(share), render_yuan(fen)]
                    for no, ((when, __), share, fen) in enumerate(zip(words, shares, amounts, strict=True), start=1)
                ),
            ]
        )
    elif form == "prose" and parts <= 2:
        d.item("；".join(f"{when}{what}" for when, what in words) + "。")
    elif form == "subs" and parts > 1:
        d.item(f"甲方分{d.pick(str(parts), chinese(parts))}{d.pick('期', '次')}向乙方{pay}：")
        d.sub(*(f"{when}{what}{'。' if no == parts else '；'}" for no, (when, what) in enumerate(words, start=1)))
    else:
        d.item(*(f"{when}{what}。" for when, what in words))
    if d.maybe(0.5):
        d.item(
            d.pick("甲方每次付款前，乙方应当先开具等额的增值税发票。", "乙方应在每次付款前向甲方提供合法有效的发票。")
        )


def _draw_trigger(d: Draft, f: Facts, index: int, parts: int) -> tuple[dict[str, Any], str]:
    count, unit = d.pick(
        (5, "working_day"),
        (10, "working_day"),
        (15, "working_day"),
        (20, "working_day"),
        (30, "day"),
        (60, "working_day"),
        (30, "working_day"),
    )
    within = d.span(count, unit, "日" if unit == "day" else "个工作日")
    entry: dict[str, Any] = {"within": duration(count, unit), "by_on": None}
    if index + 1 == parts:
        entry["triggers"], when = d.pick(
            (["expiry", "acceptance"], f"服务期满且经甲方验收合格后{within}内，"),
            (["acceptance"], f"项目通过验收之日起{within}内，"),
            (["acceptance", "invoice"], f"验收合格且收到乙方发票后{within}内，"),
            (["expiry", "acceptance"], f"合同到期并通过最终验收后{within}内，"),
        )
    elif index == 0:
        entry["triggers"], when = d.pick(
            (["effective"], f"合同生效后{within}内，"),
            (["effective"], f"自合同签订之日起{within}内，"),
            (["effective", "invoice"], f"合同签订生效且甲方收到乙方开具的发票后{within}内，"),
            (["invoice", "funds"], f"甲方收到发票、财政资金到位后{within}内，"),
        )
    else:
        by_on = f.start_on + (f.end_on - f.start_on) * index / parts
        entry |= {"triggers": ["date"], "within": None, "by_on": by_on.isoformat()}
        when = d.pick(f"{d.on(by_on)}前，", f"于{d.on(by_on)}之前，")
    return entry, when


def write_bond(d: Draft, f: Facts, total: int, *, letter: bool) -> None:
    """The bond's article; with `letter` the amount stands in the form of guarantee (an annex) as well."""
    share = d.pick("0.02", "0.03", "0.05", "0.08", "0.1")
    fen = round_fen(Fraction(share) * total)
    due, refund = (
        (d.pick(5, 7, 10, 15), d.pick("day", "working_day")),
        (d.pick(10, 15, 20, 30), d.pick("day", "working_day")),
    )
    until = f.end_on + timedelta(days=d.pick(30, 60, 90))
    forms = d.random.sample(("银行保函", "支票", "汇票", "本票", "电汇"), d.pick(2, 3))
    d.truth["bond"] = {
        "share": share, "amount_fen": fen if letter else None, "due": duration(*due), "until_on": until.isoformat(),
        "forms": forms, "refund_within": duration(*refund),
    }  # fmt: skip
    d.article(d.pick("履约保证金", "履约担保"))
    base = d.pick("合同金额", "合同总价", "合同价款")
    stated = ""
    if not letter and d.maybe(0.5):
        stated = d.pick(f"，即{d.money(fen)}", f"（计{render_yuan(fen)}元）")
        d.truth["bond"]["amount_fen"] = fen
    elif not letter:
        del d.truth["bond"]["amount_fen"]
    span = d.span(*due, "日" if due[1] == "day" else "个工作日")
    d.item(
        f"{d.pick('合同签订后', '自合同签订之日起')}{span}内，乙方应向甲方提交{base}{d.percent(share)}的履约保证金{stated}，形式为{'、'.join(forms[:-1])}或者{forms[-1]}。",
        f"履约保证金的有效期至{d.on(until)}止。",
        f"有效期届满且乙方没有违约的，甲方在{d.span(*refund, '日' if refund[1] == 'day' else '个工作日')}内{d.pick('无息退还', '退还')}履约保证金。",
    )


def write_guarantee(d: Draft, f: Facts) -> None:
    """The annex with the form of guarantee, where the bond's amount stands."""
    d.annex("履约保函格式")
    d.text(
        f"致：{f.using_unit}",
        f"我行为{f.provider}开立本保函，担保金额即履约保证金为{d.money(d.truth['bond']['amount_fen'])}。",
        "我行在收到贵方书面索赔通知后付款。",
    )
