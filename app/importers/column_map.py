"""Column maps: which column of somebody's table is which field, written as YAML and checked."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Final, Literal

import msgspec
import yaml

from app.content.taxonomy import load_taxonomy
from app.domain.errors import ImportFileError
from app.importers.tabular import column_name

MAPS_FOLDER: Final = Path(__file__).parent / "maps"

# The fields that a column can be mapped to. Those without "phone" are fields of RowTexts.
TEXT_FIELDS: Final = frozenset(
    {"name1", "name2", "street1", "street2", "city", "state", "zip", "website", "email"}
    | {"hours_note", "latitude", "longitude"}
)
PHONE_FIELDS: Final = frozenset({"phone", "intake", "hotline", "text", "tty"})
OTHER_FIELDS: Final = frozenset({"is_active"})

ListOf = Literal["labels", "codes"]


class MapSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose table it is: `id` is ours and lasting; `edition` is YYYY[-MM[-DD]] where fixed."""

    id: str
    name: str
    url: str | None = None
    edition: str | None = None


class MapConstants(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is true of every row though no column says it."""

    state: str = ""
    codes: tuple[str, ...] = ()


class ColumnMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One map. Column names are compared without case; `docs/data-sources.md` explains each part.

    `flags` give a taxonomy code for a yes, or None to keep the column's name as an unknown
    code. `lists` hold several labels or codes in one cell.
    """

    source: MapSource
    columns: dict[str, str]
    constants: MapConstants = MapConstants()
    flags: dict[str, str | None] = {}
    lists: dict[str, ListOf] = {}
    separator: str | None = None
    key: str | None = None
    left_out: tuple[str, ...] = ()

    def used_columns(self) -> tuple[str, ...]:
        """The columns without which the map cannot be used, in the order of the map."""
        named = (*self.columns.values(), *self.flags, *self.lists)
        keyed = (self.key,) if self.key else ()
        return tuple(dict.fromkeys(column_name(name) for name in (*named, *keyed)))


def map_names() -> tuple[str, ...]:
    """The names of the maps that the project keeps, in order."""
    return tuple(sorted(path.stem for path in MAPS_FOLDER.glob("*.yaml")))


def load_map(name: str) -> ColumnMap:
    """The map of a name; ImportFileError with the names there are for any other."""
    names = map_names()
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f' Is it "{near[0]}"?' if near else ""
        reason = f'There is no column map "{name[:80]}".{hint} The maps are: {", ".join(names)}.'
        raise ImportFileError(reason)
    return read_map(MAPS_FOLDER / f"{name}.yaml")


def read_map(path: Path) -> ColumnMap:
    """The map in a YAML file; ImportFileError where it names fields or codes that do not exist."""
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
        column_map = msgspec.convert(loaded, ColumnMap)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        reason = f"The column map {path.name} cannot be used: {error}"
        raise ImportFileError(reason) from error
    _check_map(column_map, name=path.name)
    return column_map


def _check_map(column_map: ColumnMap, *, name: str) -> None:
    fields = TEXT_FIELDS | PHONE_FIELDS | OTHER_FIELDS
    wrong = [
        each
        for each in column_map.columns
        if each not in fields and each.rstrip("0123456789") not in PHONE_FIELDS
    ]
    if wrong:
        reason = f"The column map {name} names no such field: {', '.join(wrong)}."
        raise ImportFileError(reason)
    taxonomy = load_taxonomy()
    codes = [code for code in column_map.flags.values() if code] + [*column_map.constants.codes]
    unknown = [code for code in codes if taxonomy.term(code) is None]
    if unknown:
        reason = f"The column map {name} names no such taxonomy code: {', '.join(unknown)}."
        raise ImportFileError(reason)
    if "name1" not in column_map.columns and "name2" not in column_map.columns:
        reason = f"The column map {name} has no column for the name (name1)."
        raise ImportFileError(reason)
