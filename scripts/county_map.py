"""The outlines of us-atlas as shapes: which county holds a point, which is nearest."""

from __future__ import annotations

import math
from typing import Any, Final

import shapely
from shapely import affinity
from shapely.geometry import MultiPoint, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

Ring = list[tuple[float, float]]

METRES_PER_DEGREE: Final = 111_195.0
# About one kilometre: half the width of the city of Falls Church, the only such case.
SPECK_DEGREES: Final = 0.009
# A ring of three points (the last is the first) holds nothing.
SMALLEST_RING: Final = 4


def decode_arcs(topology: dict[str, Any]) -> list[Ring]:
    """The arcs of a quantized topology as (longitude, latitude), to four decimals."""
    scale_x, scale_y = topology["transform"]["scale"]
    move_x, move_y = topology["transform"]["translate"]
    arcs: list[Ring] = []
    for steps in topology["arcs"]:
        x = y = 0
        arc: Ring = []
        for step_x, step_y in steps:
            x += step_x
            y += step_y
            arc.append((round(x * scale_x + move_x, 4), round(y * scale_y + move_y, 4)))
        arcs.append(arc)
    return arcs


def join_arcs(numbers: list[int], arcs: list[Ring]) -> Ring:
    """The ring that the numbered arcs make; ~n is arc n backwards."""
    ring: Ring = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring.extend(arc[1:] if ring else arc)
    return ring


def polygon_parts(geometry: dict[str, Any], arcs: list[Ring]) -> list[list[list[int]]]:
    """The polygons of a shape, each a list of rings of arc numbers, without collapsed rings."""
    parts = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    whole = [
        [ring for ring in part if len(join_arcs(ring, arcs)) >= SMALLEST_RING] for part in parts
    ]
    return [part for part in whole if part]


def build_shape(parts: list[list[list[int]]], arcs: list[Ring]) -> BaseGeometry:
    """The area inside the parts, mended where rounding made a ring touch itself."""
    polygons = [
        Polygon(join_arcs(part[0], arcs), [join_arcs(hole, arcs) for hole in part[1:]])
        for part in parts
    ]
    return shapely.make_valid(MultiPolygon(polygons))


def build_speck(geometry: dict[str, Any], arcs: list[Ring]) -> BaseGeometry:
    """A rough circle for a county so small that the source drew it as a line."""
    corners = [point for ring in geometry["arcs"] for point in join_arcs(ring, arcs)]
    return MultiPoint(corners).convex_hull.buffer(SPECK_DEGREES)


def shift_east_of_alaska(geometries: list[dict[str, Any]], arcs: list[Ring]) -> None:
    """Move the Aleutians beyond the 180th meridian by -360, so that Alaska is one piece."""
    for geometry in geometries:
        if not geometry["id"].startswith("02"):
            continue
        for part in polygon_parts(geometry, arcs):
            for number in (each if each >= 0 else ~each for ring in part for each in ring):
                arcs[number] = [(x - 360 if x > 0 else x, y) for x, y in arcs[number]]


class CountyMap:
    """The counties as shapes, to ask which one holds a point."""

    def __init__(self, topology: dict[str, Any]) -> None:
        """Read every county; `states` maps FIPS prefixes to USPS codes."""
        self.arcs = decode_arcs(topology)
        geometries = sorted(
            topology["objects"]["counties"]["geometries"], key=lambda each: str(each["id"])
        )
        shift_east_of_alaska(geometries, self.arcs)
        self.names = {each["id"]: each["properties"]["name"] for each in geometries}
        self.parts = {each["id"]: polygon_parts(each, self.arcs) for each in geometries}
        self.fips = list(self.parts)
        self.shapes = [
            build_shape(self.parts[each["id"]], self.arcs)
            if self.parts[each["id"]]
            else build_speck(each, self.arcs)
            for each in geometries
        ]
        self.tree = shapely.STRtree(self.shapes)
        self.state_parts = {
            each["id"]: polygon_parts(each, self.arcs)
            for each in topology["objects"]["states"]["geometries"]
        }

    def locate(self, latitude: float, longitude: float) -> list[tuple[float, str]]:
        """(metres away, county FIPS) of the counties near the point, nearest first."""
        # Beyond the 180th meridian Alaska's outlines have longitudes below -180.
        turns = (0, -360) if longitude > 160 else (0,)
        return sorted(found for turn in turns for found in self._around(latitude, longitude + turn))

    def _around(self, latitude: float, longitude: float) -> list[tuple[float, str]]:
        narrowing = math.cos(math.radians(latitude))
        point = Point(longitude * narrowing, latitude)
        box = shapely.box(longitude - 1, latitude - 1, longitude + 1, latitude + 1)
        found = []
        for number in self.tree.query(box):
            shape = affinity.scale(self.shapes[number], narrowing, 1, origin=(0, 0))
            metres = shape.distance(point) * METRES_PER_DEGREE
            found.append((round(metres, 1), self.fips[number]))
        return found

    def holder(self, latitude: float, longitude: float) -> str | None:
        """The county that holds the point, the smallest of several; None in water or abroad."""
        found = self.tree.query(Point(longitude, latitude), predicate="intersects")
        smallest = min(found, key=lambda each: (self.shapes[each].area, each), default=None)
        return None if smallest is None else self.fips[smallest]
