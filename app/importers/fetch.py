"""The live federal directory fetched circle by circle into one file that can be imported."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from app.domain.errors import ImportFileError, ParseError
from app.domain.geo import great_circle_m, parse_point
from app.domain.query import METRES_PER_MILE
from app.gazetteer.cover import covering_circles
from app.importers.json_rows import json_text, unpacked
from app.importers.locator_client import Circle, Client, fetch_page, parse_page

# A state is covered by circles around ZIP centres; each is asked for with a margin, because
# a facility lies somewhere in its ZIP code and not at the centre.
COVER_RADIUS_M: Final = 80 * METRES_PER_MILE
MARGIN_M: Final = 20 * METRES_PER_MILE
# Pages older than this are fetched anew: half a sweep of last week and half of today
# would be a directory that never was.
RESUME_WITHIN_S: Final = 24 * 3600.0

_PAGE_COUNT_LIMIT: Final = 500
# The locator measures from the middle of a place it rounds; a little beyond is no fault.
_SLACK: Final = 1.2
# What differs between two answers about one facility: its number in the answer, the distance.
_CHANGING_FIELDS: Final = frozenset({"_irow", "irow", "miles"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchProgress:
    """How far a fetch is: which circle of how many, which page of how many, rows so far."""

    circle: int
    circles: int
    page: int
    pages: int
    rows: int


def circles_near(latitude: float, longitude: float, *, radius_m: float) -> tuple[Circle, ...]:
    """The one circle around a point."""
    return (Circle(latitude=latitude, longitude=longitude, radius_m=radius_m),)


def circles_of_state(state: str) -> tuple[Circle, ...]:
    """Circles that hold every ZIP code of a state (USPS code); ImportFileError for no state."""
    middles = covering_circles(state, radius_m=COVER_RADIUS_M)
    if not middles:
        reason = f'"{state[:40]}" is not the two-letter code of a state, such as OH.'
        raise ImportFileError(reason)
    return tuple(
        Circle(latitude=latitude, longitude=longitude, radius_m=COVER_RADIUS_M + MARGIN_M)
        for latitude, longitude in middles
    )


def fetch_findtreatment(
    circles: Sequence[Circle],
    *,
    folder: Path,
    state: str | None = None,
    client: Client | None = None,
    progress: Callable[[FetchProgress], None] | None = None,
) -> Path:
    """A JSON file in `folder`, of the locator's own shape, with the places in the circles.

    Each facility stands in it once, however many circles hold it; with `state` (USPS code)
    only those of that state. A fetch that failed goes on where it stopped when it is asked
    for again within RESUME_WITHIN_S; a finished one leaves only its file.
    Raises ImportFileError when the locator cannot be reached, has nothing here, or answers
    with places that are somewhere else.
    """
    client = client or Client()
    run = _run_name(circles, state=state, client=client)
    pages = folder / run
    _start(pages)
    target = folder / f"{run}.json"
    part = folder / f"{run}.part"
    seen: set[bytes] = set()
    with part.open("wb") as stream:
        stream.write(b'{"page": 1, "totalPages": 1, "rows": [')
        for raw in _rows(circles, pages=pages, client=client, progress=progress, seen=seen):
            row = unpacked(raw)
            if row is None or (state and json_text(row.get("state")).strip().upper() != state):
                continue
            mark = _fingerprint(row)
            if mark not in seen:
                stream.write(b",\n" if seen else b"\n")
                stream.write(bytes(raw))
                seen.add(mark)
        stream.write(b'\n], "recordCount": %d}\n' % len(seen))
    if not seen:
        part.unlink()
        reason = "The locator has no places here."
        raise ImportFileError(reason)
    part.replace(target)
    shutil.rmtree(pages)
    return target


def _rows(
    circles: Sequence[Circle],
    *,
    pages: Path,
    client: Client,
    progress: Callable[[FetchProgress], None] | None,
    seen: set[bytes],
) -> Iterator[msgspec.Raw]:
    for number, circle in enumerate(circles, 1):
        page, total = 1, 1
        while page <= total:
            answer = parse_page(_kept_page(circle, page, number=number, pages=pages, client=client))
            rows = answer.rows or []
            total = min(max(answer.total_pages, 1), _PAGE_COUNT_LIMIT)
            if not rows and page < total:
                reason = f"The locator's page {page} of {total} came without rows: try again later."
                raise ImportFileError(reason)
            _check_nearness(rows, circle)
            yield from rows
            if progress is not None:
                progress(
                    FetchProgress(
                        circle=number,
                        circles=len(circles),
                        page=page,
                        pages=total,
                        rows=len(seen),
                    )
                )
            page += 1


def _kept_page(circle: Circle, page: int, *, number: int, pages: Path, client: Client) -> bytes:
    """The page from the folder where an earlier try left it, otherwise from the locator."""
    path = pages / f"circle-{number:04d}-page-{page:04d}.json"
    if path.exists():
        return path.read_bytes()
    data = fetch_page(circle, page, client=client)
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)
    return data


def _check_nearness(rows: Sequence[msgspec.Raw], circle: Circle) -> None:
    """Nothing where a row with a point lies in the circle; ImportFileError where none does.

    A question that the locator does not understand gets the same default rows every time.
    """
    distances = [d for raw in rows if (d := _distance_m(unpacked(raw), circle)) is not None]
    if distances and min(distances) > circle.radius_m * _SLACK:
        miles = round(min(distances) / METRES_PER_MILE)
        reason = (
            f"The locator answered with places that are not near: the nearest is {miles} miles "
            "away. It did not understand the question; nothing was kept."
        )
        raise ImportFileError(reason)


def _distance_m(row: dict[str, Any] | None, circle: Circle) -> float | None:
    if row is None:
        return None
    try:
        point = parse_point(json_text(row.get("latitude")), json_text(row.get("longitude")))
    except ParseError:
        return None
    if point is None:
        return None
    return great_circle_m(point.latitude, point.longitude, circle.latitude, circle.longitude)


def _fingerprint(row: dict[str, Any]) -> bytes:
    """What stays the same of a facility's row in every answer, as a digest."""
    lasting = {name: value for name, value in row.items() if name not in _CHANGING_FIELDS}
    return hashlib.sha256(msgspec.json.encode(lasting, order="sorted")).digest()


def _run_name(circles: Sequence[Circle], *, state: str | None, client: Client) -> str:
    """A name that the same question has again, so that an interrupted fetch is found."""
    question = (client.base_url, client.page_size, state, circles)
    digest = hashlib.sha256(msgspec.json.encode(question)).hexdigest()[:12]
    # Letters only: a year in a file's name is taken for the edition.
    digest = digest.translate(str.maketrans("0123456789", "ghijklmnop"))
    return f"findtreatment-{(state or 'near').lower()}-{digest}"


def _start(pages: Path) -> None:
    """An empty folder for pages, or the one of an earlier try that is fresh enough."""
    if pages.exists():
        oldest = min((path.stat().st_mtime for path in pages.glob("*.json")), default=0.0)
        if time.time() - oldest > RESUME_WITHIN_S:
            shutil.rmtree(pages)
    pages.mkdir(parents=True, exist_ok=True)
