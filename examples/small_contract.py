"""A second, smaller contract: another agency, another provider, another layout, monthly prices."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from word_file import WordFile

from yunqi.kernel.money import render_daxie, render_yuan

NUMBER = "YZTSG-2026-031"
TITLE = "云州市图书馆政务云租用服务合同"
USING_UNIT, PROVIDER = "云州市图书馆", "海澜云计算有限公司"
MONTHS = 12

LINES = (
    ("计算服务", "虚拟CPU（主频不低于2.6GHz）", "核", "96", "11.5"),
    ("计算服务", "云主机内存", "GB", "384", "15"),
    ("存储服务", "普通性能存储（单盘IOPS 1000-3000）", "GB", "6000", "0.18"),
    ("存储服务", "高性能存储（单盘IOPS 3000-20000）", "GB", "1200", "0.32"),
    ("存储服务", "本地备份", "GB", "4000", "0.25"),
    ("网络服务", "公网带宽", "Mb", "100", "42"),
    ("网络服务", "公网IP地址", "IP", "6", "5"),
    ("安全服务", "主机防护", "台", "24", "22.5"),
    ("安全服务", "数据库审计", "套", "3", "110"),
)
SCAN = ("安全服务", "主机漏洞扫描", "台", "24", "30", "4次")


def rows() -> list[list[str]]:
    table = [[group, name, unit, quantity, price, f"{MONTHS}个月"] for group, name, unit, quantity, price in LINES]
    table.append([*SCAN[:3], SCAN[3], SCAN[4], SCAN[5]])
    result = []
    for no, (group, name, unit, quantity, price, period) in enumerate(table, start=1):
        count = int(period.rstrip("个月次"))
        total = Decimal(price) * Decimal(quantity) * count
        result.append([str(no), group, name, unit, price, quantity, period, f"{total:,.2f}"])
    return result


def total_fen() -> int:
    return sum(int(Decimal(row[7].replace(",", "")) * 100) for row in rows())


def amount(fen: int) -> str:
    return f"¥{render_yuan(fen)}（大写：{render_daxie(fen)}）"


def build() -> WordFile:
    total = total_fen()
    first = total * 60 // 100
    word = WordFile(TITLE, datetime(2026, 6, 1))  # noqa: DTZ001
    word.title(TITLE)
    word.text(f"合同编号：{NUMBER}", f"甲方（使用单位）：{USING_UNIT}", f"乙方（云服务商）：{PROVIDER}", indent=False)
    word.text("甲乙双方经协商，就政务云租用服务订立本合同。")
    word.heading("一、服务范围")
    word.text("（一）乙方为下列信息系统提供云服务：")
    word.table(["编号", "信息系统名称"], [["1", "数字资源阅览系统"], ["2", "读者预约系统"]], [2.0, 10.0])
    word.text("（二）政务云管理单位：云州市数据管理局。", "（三）服务项目和价格如下，单价为每月（或每次）价格：")
    word.table(
        ["序号", "服务类别", "服务名称", "计量单位", "单价（元）", "数量", "服务周期", "合价（元）"],
        [*rows(), ["合计", "", "", "", "", "", "", f"{Decimal(total) / 100:,.2f}"]],
        [1.2, 2.2, 4.6, 1.5, 1.7, 1.5, 1.7, 2.4],
        merges=((1, 1, 2, 1), (3, 1, 5, 1), (6, 1, 7, 1), (8, 1, 10, 1), (11, 0, 11, 6)),
        right=(4, 5, 7),
    )
    word.heading("二、服务期限")
    word.text("服务期限为一年，自2026年7月1日至2027年6月30日。")
    word.heading("三、服务质量")
    word.text(
        "（一）乙方保证云服务全年可用性达到99.9%以上。",
        "（二）系统发生故障时，乙方应在30分钟内响应，4小时内恢复正常运行。",
        "（三）乙方应在甲方提出要求后5日内更换不称职的服务人员。",
    )
    word.heading("四、合同价款及支付")
    word.text(
        f"（一）合同总价款为{amount(total)}，税率6%。",
        f"（二）合同签订后20个工作日内，甲方收到发票后支付合同总价款的60%，即{amount(first)}。",
        f"（三）经甲方验收合格后20个工作日内，支付合同总价款的40%，即{amount(total - first)}。",
    )
    word.heading("五、验收")
    word.text("服务期满后20个工作日内，甲方组织验收；验收不合格的，乙方应在15日内整改。逾期未验收的，视为验收合格。")
    word.heading("六、违约责任")
    word.text(
        "（一）乙方逾期履行义务的，每逾期一日，应向甲方支付合同总价款千分之一的违约金。",
        "（二）乙方违反保密义务的，应向甲方支付合同总价款20%的违约金。",
        "（三）甲方有权从未付款项中扣除违约金。",
    )
    word.heading("七、保密")
    word.text("乙方应对甲方数据保密，在收到甲方通知后20个工作日内归还全部资料。保密期限为永久。")
    word.heading("八、终止与退出")
    word.text("合同终止后，乙方应无偿配合数据迁移，过渡期为1个月，并清除甲方数据。")
    word.heading("九、争议解决")
    word.text("争议由双方协商解决，协商不成的，提交云州仲裁委员会仲裁。")
    word.heading("十、其他")
    word.text("本合同自双方盖章之日起生效。未尽事宜另签补充协议，两者不一致时以补充协议为准。")
    word.centred("（以下无正文）")
    word.text(
        "甲方（盖章）：云州市图书馆",
        "签订日期：2026年6月18日",
        "乙方（盖章）：海澜云计算有限公司",
        "签订日期：2026年6月18日",
        indent=False,
    )
    return word
