"""What click says is in the language of the command line: usage, help and wrong arguments."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from yunqi.cli import click_words
from yunqi.cli.main import main

WRONG = {
    ("contract", "moon"): ("没有命令 'moon'。", "No such command 'moon'."),
    ("contract", "show"): ("缺少参数", "Missing argument"),
    ("contract", "list", "--moon"): ("没有选项 '--moon'。", "No such option '--moon'."),
    ("rota", "plan", "X", "moon"): ("不在可选的值之中", "is not one of"),
}


@pytest.mark.parametrize(("language", "column"), [("zh_CN", 0), ("en", 1)])
def test_wrong_arguments_are_told_in_the_language(tmp_path: Path, language: str, column: int) -> None:
    for words, told in WRONG.items():
        result = CliRunner().invoke(main, ["--home", str(tmp_path), "--language", language, *words])
        assert result.exit_code == 2, words
        assert told[column] in result.stderr, result.stderr
        assert ("用法:" if column == 0 else "Usage:") in result.stderr


@pytest.mark.parametrize(("language", "told"), [("zh_CN", "显示本帮助后退出"), ("en", "Show this message and exit")])
def test_help_is_in_one_language(tmp_path: Path, language: str, told: str) -> None:
    for words in ([], ["contract"], ["contract", "show"]):
        shown = CliRunner().invoke(main, ["--home", str(tmp_path), "--language", language, *words, "--help"]).output
        assert told in shown, shown


def test_click_still_says_what_we_have_words_for() -> None:
    source = "".join(Path(str(module.__file__)).read_text("utf-8") for module in (*click_words.MODULES, click.utils))
    unknown = [one for one in click_words.MESSAGES if one.partition("{")[0].partition("\n")[0][:40] not in source]
    assert not unknown
