"""`yunqi contract uncertain|settle|correct|remove|note|unsettle`"""

from __future__ import annotations

import click

from yunqi.cli.answers import answered_by
from yunqi.cli.show import show_table
from yunqi.cli.site import asking, open_client
from yunqi.kernel.clock import render_local
from yunqi.kernel.words import _
from yunqi.wire.contracts import ContractDetail

DEEDS = {
    "settled": "确定",
    "corrected": "更正",
    "added": "补入",
    "removed": "删去",
    "noted": "已阅",
    "no_law": "无约束力",
}


@click.command()
@click.argument("number")
@asking
@answered_by(uncertain="contract.uncertain", settled="contract.settled")
@click.pass_context
def uncertain(ctx: click.Context, number: str, actor: str | None) -> None:
    """列出未能确定的内容,和已由人确定的内容。"""
    with open_client(ctx, actor) as client:
        rows = client.contracts.uncertain(number).items
        decided = client.contracts.settled(number).items
    show_table(
        [_("数据位置"), _("内容"), _("候选"), _("签署前须确定"), _("出处")],
        [
            (
                one.path,
                one.label,
                _("、").join(one.candidate_words) or "—",
                _("是") if one.blocks else _("否"),
                (one.source or {}).get("article", ""),
            )
            for one in rows
        ],
    )
    if decided:
        click.echo()
        show_table(
            [_("序号"), _("处理"), _("内容"), _("原值"), _("现值"), _("理由"), _("人员"), _("时间")],
            [
                (
                    one.no,
                    _(DEEDS[one.deed]),
                    one.label,
                    one.before,
                    one.value,
                    one.why,
                    one.person,
                    render_local(one.at),
                )
                for one in decided
            ],
            right=frozenset({0}),
        )


def _show_left(made: ContractDetail) -> None:
    click.echo(
        _(
            "已记录；未能确定 {uncertain} 处，审查意见 {findings} 条",
            uncertain=len(made.data["uncertain"]),
            findings=len(made.data["findings"]),
        )
    )


@click.command()
@click.argument("number")
@click.argument("path")
@click.argument("value")
@click.option("--why", default="", metavar="理由", help="依据或理由")
@asking
@click.pass_context
def settle(ctx: click.Context, number: str, path: str, value: str, why: str, actor: str | None) -> None:
    """确定一处内容,例如 price_lines[3].quantity 3485;值按合同写法,原文没有写的填 ""。"""
    with open_client(ctx, actor) as client:
        _show_left(client.contracts.settle(number, path=path, text=value, why=why))


@click.command()
@click.argument("number")
@click.argument("path")
@click.argument("value")
@click.option("--why", required=True, metavar="理由", help="依据或理由")
@click.option("--words", default="", metavar="原文", help="合同原文的字句")
@click.option("--article", default="", metavar="条款", help="原文所在的条款")
@asking
@click.pass_context
def correct(
    ctx: click.Context, number: str, path: str, value: str, why: str, words: str, article: str, actor: str | None
) -> None:
    """更正读错的一处内容;序号为列表末尾的下一个时,补入漏读的一项(JSON)。"""
    with open_client(ctx, actor) as client:
        _show_left(client.contracts.correct(number, path=path, text=value, why=why, words=words, article=article))


@click.command()
@click.argument("number")
@click.argument("path")
@click.option("--why", required=True, metavar="理由", help="依据或理由")
@asking
@click.pass_context
def remove(ctx: click.Context, number: str, path: str, why: str, actor: str | None) -> None:
    """删去合同中没有的一项,例如 price_lines[3]。"""
    with open_client(ctx, actor) as client:
        _show_left(client.contracts.remove(number, path=path, why=why))


@click.command()
@click.argument("number")
@click.argument("sentence")
@click.option("--no-law", "no_law", is_flag=True, help="没有约束力的文字")
@click.option("--why", default="", metavar="理由", help="依据或理由")
@asking
@click.pass_context
def note(ctx: click.Context, number: str, sentence: str, why: str, actor: str | None, *, no_law: bool) -> None:
    """把未成为数据的一句话标为已阅。"""
    with open_client(ctx, actor) as client:
        verdict = "no_law" if no_law else "noted"
        _show_left(client.contracts.note(number, text=sentence, verdict=verdict, why=why))  # type: ignore[arg-type]


@click.command()
@click.argument("number")
@click.argument("no", type=int)
@asking
@click.pass_context
def unsettle(ctx: click.Context, number: str, no: int, actor: str | None) -> None:
    """撤销一次确定或更正,恢复原来的数据。"""
    with open_client(ctx, actor) as client:
        _show_left(client.contracts.unsettle(number, no=no))


COMMANDS = (uncertain, settle, correct, remove, note, unsettle)
