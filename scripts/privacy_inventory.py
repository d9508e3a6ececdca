"""Writes docs/privacy-inventory.md anew: what is new stands there without a level until somebody gives it one."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
INVENTORY = ROOT / "docs" / "privacy-inventory.md"
LEVELS = ("S1", "S2", "S3", "S4")
HEAD = """# What is kept, all of it

Every column of the database and every line that the application can write to its log, with its level.
There is nothing else to hand over. `python scripts/privacy_inventory.py` writes this list anew from the
models and the code; a column or a line without a level fails `tests/guards/test_privacy_inventory.py`.

| level | what it is | how it is kept |
| --- | --- | --- |
| S0 | who searched, for what, where and when | never: not stored, not logged, not sent on, so that nothing below has it |
| S1 | secrets of the staff's accounts | hashed or encrypted, never logged |
| S2 | what can hurt when it is wrong: listings, helplines, what visitors report | versions, a chained history, backups |
| S3 | records of the staff's own work: accounts, history, imports, checks | for the staff; whole and in order |
| S4 | published lists and marks that speak of nobody | free to read |
"""
Key = tuple[str, str]


def columns() -> list[Key]:
    """Every (table, column) of the models, in order."""
    from app import models  # noqa: PLC0415 (the folder above is on the path only now)

    tables = sorted(models.DataVersion.metadata.tables.values(), key=lambda table: table.name)
    return [(table.name, column.name) for table in tables for column in table.columns]


def log_lines() -> list[Key]:
    """Every (file, text) that a logger of the application is given, in order."""
    files = [*sorted((ROOT / "app").rglob("*.py")), ROOT / "gunicorn.conf.py"]
    return sorted({key for path in files for key in _lines_of(path)})


def known_levels(written: str) -> dict[Key, str]:
    """The level that the written inventory gives to each (table, column) or (file, text)."""
    levels = {}
    for line in written.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if len(cells) == 3 and line.startswith("| `"):
            levels[cells[0].strip("` "), cells[1].strip("` ")] = cells[2].strip("| ")
    return levels


def inventory(levels: dict[Key, str]) -> str:
    """The whole page with these levels; what has none is given a question mark."""
    parts = [HEAD, "\n## Columns\n\n| table | column | level |\n| --- | --- | --- |\n"]
    parts += [_row(key, levels) for key in columns()]
    parts.append("\n## Lines of the log\n\n")
    parts.append(
        "`%s` and `%d` stand for the name of an error, a place in our code, the name of a\n"
    )
    parts.append("route, or a count; never for anything that was asked.\n\n")
    parts.append("| file | line | level |\n| --- | --- | --- |\n")
    parts += [_row(key, levels) for key in log_lines()]
    return "".join(parts)


def _row(key: Key, levels: dict[Key, str]) -> str:
    return f"| `{key[0]}` | `{key[1]}` | {levels.get(key, '?')} |\n"


def _lines_of(path: Path) -> list[Key]:
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        owner = ast.unparse(node.func.value)
        is_log = owner.endswith(("logger", "log", "super()")) and node.func.attr in _WRITES
        if is_log and node.args:
            text = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
            line = str(text) if text is not None else ast.unparse(node.args[0])
            found.append((path.relative_to(ROOT).as_posix(), line.replace("|", "/")))
    return found


_WRITES = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})

if __name__ == "__main__":
    before = INVENTORY.read_text("utf-8") if INVENTORY.exists() else ""
    INVENTORY.write_text(inventory(known_levels(before)), "utf-8")
