"""The review of money: sums, lines, instalments, tax, bond, caps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction

from yunqi.contract.clauses.base import Finding, Source
from yunqi.contract.model import Contract
from yunqi.contract.outline import Outline
from yunqi.kernel.money import render_percent, render_yuan, round_fen, share_of
from yunqi.kernel.words import _

Check = Callable[[Contract, Outline], Iterator[Finding]]

_HIGHEST_BOND = Fraction(1, 10)


def _kept(*sources: Source | None) -> list[Source]:
    return [source for source in sources if source is not None]


def check_sum(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Lines, total of the table and total of the article agree."""
    priced = [line.total_fen for line in contract.price_lines if line.total_fen is not None]
    stated = contract.table_total_fen
    if priced and stated is not None and sum(priced) != stated:
        yield Finding(
            code="price.sum",
            severity="error",
            message=_(
                "各行合价之和 {sum} 元与价目表总价 {total} 元不一致",
                sum=render_yuan(sum(priced)),
                total=render_yuan(stated),
            ),
            sources=_kept(contract.table_total_source),
            matters=_("总价无法由各行推出，无法据以结算"),
            proposal=_("逐行核对后更正总价或相应行"),
        )
    against = stated if stated is not None else sum(priced) if priced else None
    if against is not None and contract.total_fen is not None and against != contract.total_fen:
        yield Finding(
            code="price.total",
            severity="error",
            message=_(
                "价目表总价 {table} 元与合同总金额 {total} 元不一致",
                table=render_yuan(against),
                total=render_yuan(contract.total_fen),
            ),
            sources=_kept(contract.total_source, contract.table_total_source),
            matters=_("应付总额有两个数"),
            proposal=_("以补充协议明确合同总金额"),
        )
    if contract.price_lines and not priced:
        yield Finding(
            code="price.no_unit_price",
            severity="warning",
            message=_("价目表只有数量，没有单价，{count} 行均无法计算费用", count=len(contract.price_lines)),
            sources=[contract.price_lines[0].source],
            matters=_("总金额无法由各行推出；按系统或按服务计算费用没有依据"),
            proposal=_("由云服务商提供分项单价并作为合同附件"),
        )


def check_lines(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Bundles, numbers, units and counts within the lines."""
    covered = [line for line in contract.price_lines if line.bundle is not None]
    for number in sorted({line.bundle for line in covered if line.bundle is not None}):
        rows = [line for line in covered if line.bundle == number]
        yield Finding(
            code="price.bundle",
            severity="warning",
            message=_(
                "第 {number} 行的一个合价覆盖第 {rows} 行，各项没有单独价格",
                number=number,
                rows="、".join(str(line.no) for line in rows),
            ),
            sources=[line.source for line in contract.price_lines if line.no == number or line in rows],
            matters=_("其中一项停用或违约时，无法确定其费用"),
            proposal=_("以约定解释写明各项的分摊比例"),
        )
    repeated = [number for number, times in Counter(line.no for line in contract.price_lines).items() if times > 1]
    if repeated:
        yield Finding(
            code="price.number_repeated",
            severity="error",
            message=_("价目表序号重复：{numbers}", numbers="、".join(map(str, repeated))),
            sources=[line.source for line in contract.price_lines if line.no in repeated],
            matters=_("额度和结算按序号引用价目行"),
            proposal=_("为每一行编不同的序号"),
        )
    unnamed = [line for line in contract.price_lines if line.item is None]
    if unnamed:
        yield Finding(
            code="price.item_unknown",
            severity="warning",
            message=_("第 {rows} 行不能归入服务目录", rows="、".join(str(line.no) for line in unnamed)),
            sources=[line.source for line in unnamed],
            matters=_("不能归类的价目行无法申请资源"),
            proposal=_("由人指定目录项，或在目录中增加名称"),
        )
    if contract.price_lines and all(line.unit is None for line in contract.price_lines):
        yield Finding(
            code="price.no_units",
            severity="note",
            message=_("价目表没有计量单位和计费周期"),
            sources=[contract.price_lines[0].source],
            matters=_("数量的含义靠服务目录的常用单位推断，单价视为整个服务期的价格"),
            proposal=_("以约定解释确认各行的单位和单价所覆盖的周期"),
        )
    for line in contract.price_lines:
        counts = [value for name, value in line.parameters.items() if name.endswith("_certificates")]
        if counts and line.quantity is not None and Fraction(line.quantity) != sum(counts):
            yield Finding(
                code="price.count_differs",
                severity="warning",
                message=_(
                    "第 {number} 行名称中的证书共 {sum} 个，数量为 {quantity}",
                    number=line.no,
                    sum=sum(counts),
                    quantity=line.quantity,
                ),
                sources=[line.source],
                matters=_("应交付的数量有两个数"),
                proposal=_("核对证书数量"),
            )


def check_unpriced(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Services that the text promises without a line."""
    promised = [service for service in contract.unpriced_services if service.item is not None]
    if promised:
        yield Finding(
            code="price.body_without_line",
            severity="note",
            message=_("正文承诺、但价目表没有的服务：{names}", names="、".join(service.name for service in promised)),
            sources=[service.source for service in promised],
            matters=_("是否包含在总价内、数量多少没有约定"),
            proposal=_("在价目表中增加数量为零价的行，或写明包含在哪一行内"),
        )


def check_instalments(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Instalments make up the total; stated shares give the stated amounts."""
    amounts = [entry.amount_fen for entry in contract.instalments if entry.amount_fen is not None]
    total = contract.total_fen
    if amounts and len(amounts) == len(contract.instalments) and total is not None and sum(amounts) != total:
        yield Finding(
            code="instalment.sum",
            severity="error",
            message=_(
                "各期款项之和 {sum} 元与合同总金额 {total} 元不一致",
                sum=render_yuan(sum(amounts)),
                total=render_yuan(total),
            ),
            sources=[entry.source for entry in contract.instalments],
            matters=_("应付总额有两个数"),
            proposal=_("更正分期金额"),
        )
    for entry in contract.instalments:
        if not entry.share_stated or entry.share is None or entry.amount_fen is None or total is None:
            continue
        exact = round_fen(share_of(total, Fraction(entry.share)))
        if exact != entry.amount_fen:
            yield Finding(
                code="instalment.share",
                severity="error",
                message=_(
                    "第 {number} 期写明 {share}，应为 {exact} 元，所列为 {amount} 元",
                    number=entry.no,
                    share=render_percent(Fraction(entry.share), 2),
                    exact=render_yuan(exact),
                    amount=render_yuan(entry.amount_fen),
                ),
                sources=[entry.source],
                matters=_("比例与金额不能同时成立"),
                proposal=_("以补充协议明确以比例还是以金额为准"),
            )
    if contract.instalments and not any(entry.share_stated for entry in contract.instalments):
        yield Finding(
            code="instalment.share_unstated",
            severity="note",
            message=_("各期款项只写金额，没有写比例"),
            sources=[entry.source for entry in contract.instalments],
            matters=_("总金额变更后各期应付多少没有约定"),
            proposal=_("如有变更，在补充协议中一并写明各期金额"),
        )


def check_tax(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Net amount and rate give the total."""
    tax, total = contract.tax, contract.total_fen
    if tax is None or tax.rate is None or tax.net_fen is None or total is None:
        return
    rate = 1 + Fraction(tax.rate)
    exact = round_fen(tax.net_fen * rate)
    if exact != total and round_fen(total / rate) != tax.net_fen:  # one fen may be lost by rounding the net amount
        yield Finding(
            code="tax.total",
            severity="error",
            message=_(
                "不含税金额加税为 {exact} 元，合同总金额为 {total} 元",
                exact=render_yuan(exact),
                total=render_yuan(total),
            ),
            sources=[tax.source],
            matters=_("发票金额与合同金额不一致"),
            proposal=_("核对税率和不含税金额"),
        )


def check_bond(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Share, amount, form and validity of the bond."""
    bond, total = contract.bond, contract.total_fen
    if bond is None:
        return
    if bond.share is not None and bond.amount_fen is not None and total is not None:
        exact = share_of(total, Fraction(bond.share))
        if round_fen(exact) != bond.amount_fen:
            yield Finding(
                code="bond.amount",
                severity="error",
                message=_(
                    "履约保证金按 {share} 应为 {exact} 元，所列为 {amount} 元",
                    share=render_percent(Fraction(bond.share), 2),
                    exact=render_yuan(round_fen(exact)),
                    amount=render_yuan(bond.amount_fen),
                ),
                sources=_kept(bond.source, bond.amount_source),
                matters=_("保证金数额有两个数"),
                proposal=_("以补充协议明确数额"),
            )
    if bond.share is not None and Fraction(bond.share) > _HIGHEST_BOND:
        yield Finding(
            code="bond.too_high",
            severity="error",
            message=_("履约保证金为合同金额的 {share}，超过百分之十", share=render_percent(Fraction(bond.share), 2)),
            sources=[bond.source],
            matters=_("政府采购法实施条例第四十八条规定不得超过采购合同金额的百分之十"),
            proposal=_("降低比例"),
        )
    if "现金" in bond.forms:
        yield Finding(
            code="bond.cash",
            severity="warning",
            message=_("履约保证金可以用现金提交"),
            sources=[bond.source],
            matters=_("政府采购法实施条例第四十八条要求以支票、汇票、本票或者保函等非现金形式提交"),
            proposal=_("删去现金，或由财务部门确认其含义为转账"),
        )
    term_end = contract.term.end_on
    last = contract.instalments[-1].within if contract.instalments else None
    if bond.until_on is not None and term_end is not None and last is not None and last.unit == "working_day":
        left = (bond.until_on - term_end).days
        if left < last.count:
            yield Finding(
                code="bond.ends_early",
                severity="warning",
                message=_(
                    "履约保证金在服务期满后 {days} 天到期，尾款在验收后 {count} 个工作日内支付，验收没有期限",
                    days=left,
                    count=last.count,
                )
                if contract.acceptance.deadline is None
                else _(
                    "履约保证金在服务期满后 {days} 天到期，尾款在验收后 {count} 个工作日内支付",
                    days=left,
                    count=last.count,
                ),
                sources=_kept(bond.source, contract.instalments[-1].source),
                matters=_("违约金从尾款和保证金中扣除，扣除时保证金可能已经失效"),
                proposal=_("约定保证金有效期至尾款支付之日"),
            )


def check_capped_daily(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """A daily penalty whose cap is one day's amount."""
    for penalty in contract.penalties.other:
        if penalty.kind != "daily" or penalty.rate is None or penalty.cap is None or contract.total_fen is None:
            continue
        if round_fen(share_of(contract.total_fen, Fraction(penalty.rate))) >= penalty.cap:
            yield Finding(
                code="penalty.cap_is_one_day",
                severity="note",
                message=_("按日违约金的上限 {cap} 元等于一日的数额，第二日起不再增加", cap=render_yuan(penalty.cap)),
                sources=[penalty.source],
                matters=_("逾期一日和逾期一年的违约金相同"),
                proposal=_("降低日比例或提高上限"),
            )


MONEY_CHECKS: tuple[Check, ...] = (
    check_sum,
    check_lines,
    check_unpriced,
    check_instalments,
    check_tax,
    check_bond,
    check_capped_daily,
)
