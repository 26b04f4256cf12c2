"""What the import linter cannot say: who may speak SQL, and that it knows every plug-in."""

import ast
import configparser

from tests.rules.house import ROOT, SOURCE, judge, list_modules, name_of, read_tree

DATABASE = frozenset({"sqlalchemy", "alembic", "psycopg"})
# The probe asks the databases that are watched, never ours.
SPEAKS_SQL = ("src/yunqi/store/", "src/yunqi/bootstrap.py", "src/yunqi/probes/sql/")
FAMILIES = {"services": "service.yaml", "engines": "engine.yaml", "probes": "probe.yaml", "reports": "report.yaml"}


def find_database(name: str, tree: ast.Module) -> list[str]:
    """Imports of the database libraries outside the store."""
    found = []
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            # A use case passes on the connection of its transaction; with that name alone nobody speaks SQL.
            passed_on = name.startswith("src/yunqi/operations/") and [each.name for each in node.names] == [
                "Connection"
            ]
            names = [] if passed_on else [node.module]
        found += [f"{name}:{node.lineno}: imports {each}" for each in names if each.split(".")[0] in DATABASE]
    return [] if name.startswith(SPEAKS_SQL) else found


def list_plugins(family: str) -> list[str]:
    """Names of the plug-in folders of one family: those with the family's data file."""
    return sorted(path.parent.name for path in (SOURCE / family).glob(f"*/{FAMILIES[family]}"))


def test_only_the_store_speaks_sql() -> None:
    judge("database", [item for path in list_modules() for item in find_database(name_of(path), read_tree(path))])


def test_the_import_linter_knows_every_plugin() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    for family in FAMILIES:
        plugins = [f"yunqi.{family}.{name}" for name in list_plugins(family)]
        if len(plugins) > 1:
            section = f"importlinter:contract:{family}"
            listed = config[section]["modules"].split() if section in config else []
            assert sorted(listed) == plugins, f"bring [{section}] in .importlinter to: {' '.join(plugins)}"


def test_the_rules_find_what_they_look_for() -> None:
    assert find_database("src/yunqi/cli/a.py", ast.parse("from sqlalchemy.engine import Connection"))
    assert find_database("src/yunqi/cli/a.py", ast.parse("def f():\n    import psycopg"))
    assert find_database("src/yunqi/operations/a.py", ast.parse("from sqlalchemy import Connection, select"))
    assert not find_database("src/yunqi/operations/a.py", ast.parse("from sqlalchemy import Connection"))
    assert not find_database("src/yunqi/store/a.py", ast.parse("import sqlalchemy"))
    assert not find_database("src/yunqi/cli/a.py", ast.parse("import sqlite3"))
