"""Several ways to answer the same queries, timed in turn within one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

Query = TypeVar("Query")


@dataclass(frozen=True, slots=True)
class Times:
    """What one runner took for each query: milliseconds of the wall and of this process."""

    wall_ms: list[float] = field(default_factory=list)
    processor_ms: list[float] = field(default_factory=list)

    @property
    def wall(self) -> float:
        """The median by the wall."""
        return statistics.median(self.wall_ms)

    @property
    def processor(self) -> float:
        """The median of the process, with all of its threads."""
        return statistics.median(self.processor_ms)


def race(
    runners: Mapping[str, Callable[[Query], object]], queries: Sequence[Query], *, warm: int
) -> Mapping[str, Times]:
    """The times of each runner. Each query goes to all of them in turn before the next one.

    Whatever else the machine does then strikes all alike. Who begins changes with each query,
    and the first `warm` queries are run beforehand and not counted.
    """
    names = list(runners)
    times = {name: Times() for name in names}
    for query in queries[:warm]:
        for run in runners.values():
            run(query)
    for number, query in enumerate(queries):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            wall, processor = time.perf_counter(), time.process_time()
            runners[name](query)
            times[name].processor_ms.append((time.process_time() - processor) * 1_000)
            times[name].wall_ms.append((time.perf_counter() - wall) * 1_000)
    return times


def print_times(times: Mapping[str, Times], *, heading: str) -> None:
    """The medians, and the 95th of a hundred, of all runners."""
    print(f"\n{heading:52}{'wall p50':>10}{'p95':>9}{'processor p50':>15}  ms")
    for name, each in times.items():
        late = statistics.quantiles(each.wall_ms, n=20)[-1]
        print(f"  {name:50}{each.wall:10.2f}{late:9.2f}{each.processor:15.2f}")
