"""What click itself says (usage, missing and wrong arguments) in the user's language."""

from __future__ import annotations

import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.termui
import click.types

from yunqi.kernel.words import _

MESSAGES = {
    "Aborted!": "已中止！",
    "Argument {name!r} takes {nargs} values.": "参数 {name!r} 须有 {nargs} 个值。",
    "Choose from:\n\t{choices}": "可选：\n\t{choices}",
    "Commands": "命令",
    "Could not open file {filename!r}: {message}": "不能打开文件 {filename!r}：{message}",
    "(Did you mean one of: {possibilities}?)": "（是否要用：{possibilities}？）",
    "Did you mean {possibility}?": "是否要用 {possibility}？",
    "Do you want to continue?": "是否继续？",
    "Error: The two entered values do not match.": "错误：两次输入不一致。",
    "Error: invalid input": "错误：输入无效",
    "Error: {message}": "错误：{message}",
    "Got unexpected extra argument ({args})": "多出的参数（{args}）",
    "Got unexpected extra arguments ({args})": "多出的参数（{args}）",
    "Invalid value for {param_hint}: {message}": "{param_hint} 的值无效：{message}",
    "Invalid value: {message}": "值无效：{message}",
    "Missing argument": "缺少参数",
    "Missing command.": "缺少命令。",
    "Missing option": "缺少选项",
    "Missing parameter": "缺少参数",
    "Missing parameter: {param_name}": "缺少参数：{param_name}",
    "No such command {name!r}.": "没有命令 {name!r}。",
    "No such option {name!r}.": "没有选项 {name!r}。",
    "Option {name!r} does not take a value.": "选项 {name!r} 不带值。",
    "Option {name!r} requires an argument.": "选项 {name!r} 须带一个值。",
    "Option {name!r} requires {nargs} arguments.": "选项 {name!r} 须带 {nargs} 个值。",
    "Options": "可用选项",
    "Positional arguments": "参数",
    "Repeat for confirmation": "再输入一次",
    "Show this message and exit.": "显示本帮助后退出。",
    "Takes {nargs} values but 1 was given.": "须有 {nargs} 个值，只给了 1 个。",
    "Takes {nargs} values but {len} were given.": "须有 {nargs} 个值，给了 {len} 个。",
    "Try '{command} {option}' for help.": "用法见 '{command} {option}'。",
    "Usage:": "用法:",
    "default: {default}": "默认：{default}",
    "env var: {var}": "环境变量：{var}",
    "required": "必填",
    "{name} {filename!r} does not exist.": "{filename!r} 不存在。",
    "{name} {filename!r} is a directory.": "{filename!r} 是目录。",
    "{name} {filename!r} is a file.": "{filename!r} 是文件。",
    "{name} {filename!r} is not readable.": "{filename!r} 不可读。",
    "{name} {filename!r} is not writable.": "{filename!r} 不可写。",
    "{value!r} does not match the format {format}.": "{value!r} 不合格式 {format}。",
    "{value!r} does not match the formats {formats}.": "{value!r} 不合格式 {formats}。",
    "{value!r} is not a valid {number_type}.": "{value!r} 不是可用的 {number_type}。",
    "{value!r} is not one of {choices}.": "{value!r} 不在可选的值之中：{choices}。",
    "{value!r} is not {choice}.": "{value!r} 应为 {choice}。",
    "{value} is not in the range {range}.": "{value} 不在 {range} 之内。",
}
"""Click's English to our words; both may hold the same {places}."""
HELP = "Show this message and exit."
MODULES = (
    click.core,
    click.decorators,
    click.exceptions,
    click.formatting,
    click.parser,
    click.termui,
    click.types,
)


def say(message: str) -> str:
    """One of click's messages in the user's language; one that we have no words for stays English.

    >>> say("Missing command."), say("Of another release.")
    ('缺少命令。', 'Of another release.')
    """
    return _(MESSAGES[message]) if message in MESSAGES else message


def say_number(one: str, many: str, number: int) -> str:
    """The same of a message that depends on a number."""
    return say(one if number == 1 else many)


def install() -> None:
    """Click asks gettext for its words by names of its own modules; from now on it asks us."""
    for module in MODULES:
        for name, words in (("_", say), ("ngettext", say_number)):
            if hasattr(module, name):
                setattr(module, name, words)
