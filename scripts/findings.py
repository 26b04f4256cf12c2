"""The codes of the contract review as a page: what each finds, an example, why it matters, what to agree instead.

`findings.py write` makes docs/reference/findings.md, `findings.py check` says whether it is as the registry says.
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from yunqi.contract.review.codes import Code, load_codes

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "findings.md"
CASES = ROOT / "src" / "yunqi" / "contract" / "review" / "cases"
SUBJECTS = {
    "breach": "重大事件和条件",
    "file": "文件本身",
    "levels": "服务水平和违约档次",
    "money": "金额和违约金",
    "terms": "主体、期限、义务和用语",
}
MARKS = {
    "inserted": "修订插入",
    "deleted": "修订删除",
    "hidden": "隐藏文字",
    "comment": "批注",
    "macro": "宏",
    "date_field": "日期域",
}
SEVERITIES = {"error": "错误", "warning": "提请注意", "note": "说明"}
HEAD = """# 合同审查意见 · Findings of the contract review

Made from `src/yunqi/contract/review/registry/` and the first trigger of each code in `src/yunqi/contract/review/cases/`
by `.venv/bin/python scripts/findings.py write`. {count} codes. {{…}} is a figure of the contract at hand; 建议条款 is
text for a 补充协议. 例 is what is written in, or changed to (old → new), in an otherwise clean contract.
"""


def render() -> str:
    """The page."""
    codes = load_codes()
    cases: dict[str, Any] = {}
    for file in sorted(CASES.glob("*.yaml")):
        if file.name not in {"base.yaml", "blocks.yaml"}:
            cases |= yaml.safe_load(file.read_text("utf-8"))
    parts = [HEAD.format(count=len(codes))]
    for subject, found in groupby(codes.values(), key=lambda code: code.subject):
        parts.append(f"\n## {SUBJECTS[subject]}\n")
        parts += [_render_code(code, cases[code.code]["triggers"][0]) for code in found]
    return "".join(parts)


def _render_code(code: Code, case: dict[str, Any]) -> str:
    reading = f"\n- 约定解释：`{code.reading}`" if code.reading else ""
    return (
        f"\n### `{code.code}` {code.title}\n\n"
        f"- 级别：{SEVERITIES[code.severity]}\n- 意见：{code.message}\n- 影响：{code.matters}\n"
        f"- 建议条款：{code.proposal}{reading}\n- 例：{_example(case)}\n"
    )


def _example(case: dict[str, Any]) -> str:
    parts = []
    for key, value in case.items():
        if key == "words":
            parts += [f"{_line(old)} → {_line(new) or '（删去）'}" for old, new in value.items()]
        elif key == "marks":
            parts += [f"{MARKS[kind]}“{words}”" for kind, words in value.items()]
        elif key != "use" and value:
            parts.append(_line(value))
    return "；".join(parts)


def _line(text: str) -> str:
    lines = [line.strip() for line in text.replace("\t", " ").splitlines() if line.strip()]
    return " / ".join(line.strip("|").strip() for line in lines if not line.startswith("| ---")).replace("|", "\\|")


if __name__ == "__main__":
    if sys.argv[1:] == ["write"]:
        PAGE.write_text(render(), encoding="utf-8")
    elif sys.argv[1:] == ["check"]:
        sys.exit(
            0 if PAGE.exists() and PAGE.read_text("utf-8") == render() else f"{PAGE.name} is stale: findings.py write"
        )
    else:
        sys.exit("findings.py write | check")
