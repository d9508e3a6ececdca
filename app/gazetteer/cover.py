"""The ZIP codes of a state and the circles that cover them all."""

from __future__ import annotations

import math

import numpy as np

from app.domain.query import Place
from app.gazetteer.nearest import EARTH_RADIUS_M, unit_vectors
from app.gazetteer.places import zip_place
from app.gazetteer.tables import county_table, zip_table


def zips_in_state(state: str) -> tuple[Place, ...]:
    """Every ZIP code of the state with this USPS code, in order; () for an unknown code."""
    codes = county_table().states
    if state not in codes:
        return ()
    number = codes.index(state)
    return tuple(zip_place(row) for row, each in enumerate(zip_table().state) if each == number)


def covering_circles(state: str, *, radius_m: float) -> tuple[tuple[float, float], ...]:
    """(latitude, longitude) of the middles of circles that together hold all the state's ZIPs.

    Each middle is itself a ZIP code's centre; the circle that holds the most of what is left
    comes first. The same state and radius give the same circles. Raises ValueError when the
    radius is not a positive number.
    """
    if not (math.isfinite(radius_m) and radius_m > 0):
        message = f"radius_m must be positive: {radius_m}"
        raise ValueError(message)
    points = sorted({(place.latitude, place.longitude) for place in zips_in_state(state)})
    if not points:
        return ()
    vectors = unit_vectors([each[0] for each in points], [each[1] for each in points])
    # Two points are within the radius when the straight line between them is short enough.
    reach = 2 * math.sin(min(radius_m / EARTH_RADIUS_M, math.pi) / 2)
    covers = (vectors @ vectors.T) >= 1 - reach * reach / 2 - 1e-12
    counts = covers.sum(axis=1, dtype=np.int64)
    is_left = np.ones(len(points), dtype=bool)
    chosen: list[tuple[float, float]] = []
    while is_left.any():
        best = int(np.argmax(counts))
        chosen.append(points[best])
        newly = covers[best] & is_left
        counts -= covers[:, newly].sum(axis=1, dtype=np.int64)
        is_left &= ~newly
    return tuple(chosen)
