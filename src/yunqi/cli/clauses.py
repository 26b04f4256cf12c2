"""`yunqi clause …`: the rules' own cases, and those at the edge of every number of a contract."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import click
import yaml

from yunqi.cli.answers import answer_rows
from yunqi.cli.show import show_table
from yunqi.cli.site import asking, open_client
from yunqi.kernel.words import _


@click.group()
def clause() -> None:
    """条款规则与案例。"""


@clause.command()
@click.argument("contract", required=False)
@click.option("--kind", help="只看这一类")
@asking
@click.pass_context
def cases(ctx: click.Context, contract: str | None, kind: str | None, actor: str | None) -> None:
    """列出案例:不写合同时为各条款规则的判例;写合同时为该合同每个数字的边界案例。"""
    rows = list(_of_rules(kind)) if contract is None else _of_contract(ctx, contract, kind, actor)
    if contract is None or kind is not None:
        answer_rows(rows)
    show_table(
        [_("类别"), _("案例"), _("结果"), _("依据"), _("与规则")],
        [(one["kind"], one["name"], _said(one["expected"]), one["source"], _agrees(one)) for one in rows],
    )
    wrong = sum(not one["holds"] for one in rows)
    click.echo(_("{count} 个案例，{wrong} 个不符", count=len(rows), wrong=wrong))
    if wrong:
        raise SystemExit(1)


def _agrees(row: dict[str, Any]) -> str:
    return _("相符") if row["holds"] else _("不符")


def _of_rules(kind: str | None) -> Iterator[dict[str, Any]]:
    """The cases that come with the rules, each decided once more."""
    folder = files("yunqi.contract.clauses")
    for one in sorted(folder.iterdir(), key=lambda each: each.name):
        path = one / "cases.yaml"
        if not path.is_file() or kind not in {None, one.name}:
            continue
        rule = importlib.import_module(f"yunqi.contract.clauses.{one.name}.rule")
        for case in yaml.safe_load(path.read_text("utf-8"))["cases"]:
            holds = rule.judge(case["clause"], case["facts"]) == case["expected"]
            yield {"kind": one.name, **case, "source": f"{case['source']}：{case['why']}", "holds": holds}


def _of_contract(ctx: click.Context, contract: str, kind: str | None, actor: str | None) -> list[dict[str, Any]]:
    with open_client(ctx, actor) as client:
        found = client.contracts.cases(contract)
    return [
        {**one.model_dump(mode="json"), "source": one.article, "holds": True}
        for one in found.items
        if kind in {None, one.kind}
    ]


def _said(expected: dict[str, Any]) -> str:
    return "，".join(f"{name}={value}" for name, value in expected.items())


COMMANDS = {"clause": clause}
