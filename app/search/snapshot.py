"""What a process searches in: the newest built index and the rows changed since it was built."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import long_work
from app.search.bits import Bits
from app.search.build import Progress, build_arrays
from app.search.folder import BuiltIndex, build_lock, newest_index, write_index
from app.search.index import SearchIndex
from app.search.terms import SearchTerms
from app.store.cards import CardRow, list_card_rows
from app.store.versions import current_version, first_version

SessionFactory = Callable[[], AbstractContextManager[Session]]

# How often a process with an overlay looks whether another one has built a newer index.
_LOOK_AGAIN_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Part:
    """One index and those of its rows that a newer part has replaced."""

    index: SearchIndex
    hidden: Bits | None = None


class Snapshot(NamedTuple):
    """The data of one version: the built index, and over it the listings changed since."""

    version: int
    parts: tuple[Part, ...]
    changed: dict[UUID, CardRow]

    def holds(self, word: str) -> bool:
        """Whether a listing has the word."""
        return any(part.index.holds(word, hidden=part.hidden) for part in self.parts)

    def near(self, word: str) -> tuple[str, ...]:
        """The words one edit away that a listing has, sorted."""
        near = {other for part in self.parts for other in part.index.vocabulary.near(word)}
        return tuple(sorted(other for other in near if self.holds(other)))


class SnapshotKeeper:
    """Gives every thread of a process the snapshot of now, and folds large overlays anew."""

    def __init__(
        self,
        instance_path: Path,
        *,
        session_factory: SessionFactory,
        terms: SearchTerms,
        overlay_limit: int,
    ) -> None:
        self._instance_path = instance_path
        self._session_factory = session_factory
        self._terms = terms
        self._overlay_limit = overlay_limit
        self._snapshot: Snapshot | None = None
        self._lock = threading.Lock()
        self._looked_at = 0.0
        self._folding: threading.Thread | None = None

    def current(self, session: Session | None = None, *, version: int | None = None) -> Snapshot:
        """The snapshot of the data as it is now, or at least as it was at `version`.

        Builds the index when there is none, and waits when another process is building it.
        """
        snapshot = self._snapshot
        if version is None:
            version = self._version(session)
        if snapshot is not None and snapshot.version == version:
            is_fresh = time.monotonic() - self._looked_at < _LOOK_AGAIN_S
            if is_fresh or not snapshot.changed:
                return snapshot
        with self._lock:
            self._snapshot = snapshot = self._renewed(self._snapshot)
        if len(snapshot.changed) > self._overlay_limit:
            self._start_folding()
        return snapshot

    def prepare(self, *, progress: Progress | None = None) -> BuiltIndex:
        """The index of the data as it is now, built unless it is there already."""
        with build_lock(self._instance_path), self._long_session() as session:
            version = current_version(session)
            built = self._newest()
            if built is not None and built.version == version:
                return built
            return self._build(session, version, progress=progress)

    def wait(self) -> None:
        """Wait for the index that is being folded in the background, if there is one."""
        if self._folding is not None:
            self._folding.join()

    def _version(self, session: Session | None) -> int:
        if session is not None:
            return current_version(session)
        with self._session_factory() as own:
            return current_version(own)

    def _renewed(self, old: Snapshot | None) -> Snapshot:
        self._looked_at = time.monotonic()
        base = self._base(old)
        with self._session_factory() as session:
            # The version is read before the rows: a row that changes between the two is
            # read once more by the next search, and never missed.
            version = current_version(session)
            is_same_base = old is not None and old.parts[0].index is base
            if old is not None and is_same_base:
                if old.version == version:
                    return old
                changed = dict(old.changed)
                rows = list_card_rows(session, after_version=old.version)
            else:
                changed = {}
                rows = list_card_rows(session, after_version=base.version)
            changed.update((row.id, row) for row in rows)
        return Snapshot(version, self._parts(base, changed), changed)

    def _parts(self, base: SearchIndex, changed: dict[UUID, CardRow]) -> tuple[Part, ...]:
        if not changed:
            return (Part(base),)
        overlay = SearchIndex(
            *build_arrays(changed.values(), terms=self._terms, version=base.version)
        )
        hidden = base.bits_of_ids(changed)
        return (Part(base, hidden), Part(overlay)) if overlay.size else (Part(base, hidden),)

    def _base(self, old: Snapshot | None) -> SearchIndex:
        """The newest built index, mapped; the one in use while no newer one is there."""
        while True:
            # The folder is looked for before the version is read: an index that is newer
            # than the data is then of another database, or of a time before a backup.
            built = self._newest()
            if built is None or not self._is_of_this_data(built):
                built = self._build_missing()
            if old is not None and old.parts[0].index.version == built.version:
                return old.parts[0].index
            try:
                return SearchIndex.open(built.folder)
            except FileNotFoundError:
                # Another process has built a newer one meanwhile and removed this one.
                continue

    @contextmanager
    def _long_session(self) -> Iterator[Session]:
        """A session for building: all cards are read, and put together between two statements."""
        with long_work(), self._session_factory() as session:
            yield session

    def _newest(self) -> BuiltIndex | None:
        return newest_index(self._instance_path, fingerprint=self._terms.fingerprint)

    def _build_missing(self) -> BuiltIndex:
        with build_lock(self._instance_path), self._long_session() as session:
            built = self._newest()
            version = current_version(session)
            if built is not None and first_version(session) <= built.version <= version:
                return built
            return self._build(session, version)

    def _is_of_this_data(self, built: BuiltIndex) -> bool:
        with self._session_factory() as session:
            return first_version(session) <= built.version <= current_version(session)

    def _build(
        self, session: Session, version: int, *, progress: Progress | None = None
    ) -> BuiltIndex:
        rows = list_card_rows(session)
        return write_index(
            self._instance_path,
            lambda: build_arrays(rows, terms=self._terms, version=version, progress=progress),
        )

    def _start_folding(self) -> None:
        with self._lock:
            if self._folding is None or not self._folding.is_alive():
                self._folding = threading.Thread(target=self._fold, name="search-fold", daemon=True)
                self._folding.start()

    def _fold(self) -> None:
        with build_lock(self._instance_path, is_patient=False) as is_mine:
            if not is_mine:
                return
            with self._long_session() as session:
                self._build(session, current_version(session))
        with self._lock:
            self._snapshot = self._renewed(self._snapshot)
