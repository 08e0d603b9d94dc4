"""Checks a run's trajectories against the ground they were walked on.

Shares no code with the simulator: it reads the venue file and trajectories.sqlite and knows geometry.
    python3 walk_check.py VENUE.geojson trajectories.sqlite
A person is in the file while it walks, in the first frame and in the last one; in between, being absent
means sitting. Who comes from outside is first seen outside, and has no seat before being there. What must hold:
  walls    every position lies in the place it claims, every step within one place stays in it, and a
           step from one place to another passes an opening or a gate that joins the two; with fewer
           than two frames a second a step is no straight line: there must be a way that is no longer
  people   everyone of the first frame is in the last one or has left through a gate; nobody appears
           but outside
  seats    who was absent for a while comes back where he was last seen: at his seat
  end      everyone ends in his own seat or outside
"""

import json
import math
import sqlite3
import sys

SLACK_M = 0.03  # Positions and outlines are rounded to whole centimetres.
CELL_M = 0.5
TOP_SPEED_MPS = 3.0
STRAIGHT_FPS = 1.9


class Place:
    """A zone or a block: its rings, and a raster that answers most questions without geometry."""

    def __init__(self, name, kind, rings):
        self.name, self.kind, self.rings = name, kind, rings
        self.edges = [(ring[i], ring[(i + 1) % len(ring)]) for ring in rings for i in range(len(ring))]
        self.near = {}
        for a, b in self.edges:
            steps = max(1, int(math.dist(a, b) / (CELL_M / 2)))
            for k in range(steps + 1):
                x = a[0] + (b[0] - a[0]) * k / steps
                y = a[1] + (b[1] - a[1]) * k / steps
                cx, cy = math.floor(x / CELL_M), math.floor(y / CELL_M)
                for dx in (-1, 0, 1):
                    for dy in (-1, 0, 1):
                        self.near.setdefault((cx + dx, cy + dy), set()).add((a, b))
        self.deep = {}  # Cells away from every edge: inside or not, decided once.

    def inside(self, x, y):
        odd = False
        for (ax, ay), (bx, by) in self.edges:
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                odd = not odd
        return odd

    def holds(self, x, y):
        cell = (math.floor(x / CELL_M), math.floor(y / CELL_M))
        edges = self.near.get(cell)
        if edges is None:
            if cell not in self.deep:
                self.deep[cell] = self.inside((cell[0] + 0.5) * CELL_M, (cell[1] + 0.5) * CELL_M)
            return self.deep[cell]
        return self.inside(x, y) or any(from_segment(x, y, a, b) <= SLACK_M for a, b in edges)

    def step_crosses_wall(self, p, q):
        cells = {(math.floor(x / CELL_M), math.floor(y / CELL_M)) for x, y in (p, q)}
        edges = set().union(*(self.near.get(cell, ()) for cell in cells))
        return any(
            properly_cross(p, q, a, b)
            and from_segment(*p, a, b) > SLACK_M
            and from_segment(*q, a, b) > SLACK_M
            for a, b in edges
        )


def from_segment(x, y, a, b):
    dx, dy = b[0] - a[0], b[1] - a[1]
    length2 = dx * dx + dy * dy
    t = 0.0 if length2 == 0 else max(0.0, min(1.0, ((x - a[0]) * dx + (y - a[1]) * dy) / length2))
    return math.hypot(x - a[0] - t * dx, y - a[1] - t * dy)


def side(a, b, p):
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])


def properly_cross(p, q, a, b):
    return side(p, q, a) * side(p, q, b) < 0 and side(a, b, p) * side(a, b, q) < 0


def between_segments(p, q, a, b):
    """Least distance of the step p-q and the opening a-b."""
    if properly_cross(p, q, a, b):
        return 0.0
    return min(
        from_segment(*p, a, b), from_segment(*q, a, b), from_segment(*a, p, q), from_segment(*b, p, q)
    )


class Ground:
    """Places by the index the trajectories use (zones in file order, then blocks), and what joins them."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        if not document["tifo"].get("local_metres"):
            to_plane = plane_of(document["tifo"])
        else:
            to_plane = lambda point: (point[0], point[1])
        zones, blocks, joins = [], [], []
        for feature in document["features"]:
            properties, geometry = feature["properties"], feature["geometry"]
            kind = properties["kind"]
            if kind in ("zone", "block"):
                rings = [[to_plane(p) for p in ring[:-1]] for ring in geometry["coordinates"]]
                place = Place(properties["id"], properties.get("use", kind), rings)
                (zones if kind == "zone" else blocks).append(place)
            elif kind in ("opening", "gate"):
                line = [to_plane(p) for p in geometry["coordinates"]]
                names = properties.get("between") or (properties["inside"], properties["outside"])
                joins.append((names, line[0], line[-1]))
        self.places = zones + blocks
        index = {place.name: i for i, place in enumerate(self.places)}
        self.joins = {}
        for (a, b), p, q in joins:
            self.joins.setdefault(index[a], []).append((index[b], p, q))
            self.joins.setdefault(index[b], []).append((index[a], p, q))

    def joined(self, a, b, p, q, reach=0.05):
        """May a step p-q lead from place a to place b? One opening, or two where a place is that small."""
        for to, u, v in self.joins.get(a, ()):
            near = between_segments(p, q, u, v) <= reach
            if near and to == b:
                return True
            if near and any(
                end == b and between_segments(p, q, s, t) <= reach for end, s, t in self.joins.get(to, ())
            ):
                return True
        return False

    def way_of(self, a, b, p, q, metres):
        """Can p in place a and q in place b be that near along openings, whatever the way between them? No q: the
        next opening of b will do."""

        def onwards(place, u, v, passed, left):
            for to, s, t in self.joins.get(place, ()):
                rest = left - between_segments(u, v, s, t)
                if rest < 0 or (s, t) in passed:
                    continue
                if to == b and (q is None or from_segment(*q, s, t) <= rest):
                    return True
                if onwards(to, s, t, passed | {(s, t)}, rest):
                    return True
            return False

        return onwards(a, p, p, frozenset(), metres)


def plane_of(tifo):
    """Longitude and latitude to metres in the venue's plane: it touches the WGS 84 ellipsoid at the origin."""
    lon0, lat0 = tifo["origin"]
    bearing = math.radians(tifo.get("bearing_deg", 0.0))
    flat = 1 - 0.00669437999014 * math.sin(math.radians(lat0)) ** 2
    prime_vertical = 6378137.0 / math.sqrt(flat)
    meridian = 6378137.0 * (1 - 0.00669437999014) / flat**1.5

    def convert(point):
        east = math.radians(point[0] - lon0) * prime_vertical * math.cos(math.radians(lat0))
        north = math.radians(point[1] - lat0) * meridian
        return (
            east * math.cos(bearing) - north * math.sin(bearing),
            east * math.sin(bearing) + north * math.cos(bearing),
        )

    return convert


def check(venue_path, trajectories_path, most=10):
    """Problems found, as sentences; at most `most` of them. Also the numbers of people and positions."""
    ground = Ground(venue_path)
    places = ground.places
    problems = []

    def problem(text):
        if len(problems) < most:
            problems.append(text)

    db = sqlite3.connect(f"file:{trajectories_path}?mode=ro", uri=True)
    fps = float(dict(db.execute("SELECT key, value FROM metadata"))["fps"])
    first, last = db.execute("SELECT min(frame), max(frame) FROM trajectory_data").fetchone()
    first_people = {row[0] for row in db.execute("SELECT id FROM trajectory_data WHERE frame = ?", (first,))}
    reach = TOP_SPEED_MPS / fps
    straight = fps >= STRAIGHT_FPS
    rows = db.execute("SELECT id, frame, pos_x, pos_y, place FROM trajectory_data ORDER BY id, frame")
    person, count, outside, came = None, 0, 0, 0
    frame = x = y = place = home = None

    def ended():
        nonlocal outside
        if places[place].kind == "outside":
            outside += 1
        elif frame != last:
            problem(f"person {person} vanishes after frame {frame} in {places[place].name}")
        elif not straight and any(
            end.kind == "outside" and ground.way_of(place, i, (x, y), None, reach) for i, end in enumerate(places)
        ):
            outside += 1  # Left after the last frame.
        elif places[place].kind != "block" or (home and math.dist((x, y), home) > 0.3):
            problem(f"person {person} ends in {places[place].name} at ({x:.2f}, {y:.2f}), not at his seat")

    for row_id, row_frame, row_x, row_y, row_place in rows:
        count += 1
        if not places[row_place].holds(row_x, row_y):
            problem(f"person {row_id} frame {row_frame}: ({row_x:.2f}, {row_y:.2f}) is not in {places[row_place].name}")
        if row_id != person:
            if person is not None:
                ended()
            person, home = row_id, (row_x, row_y)
            if places[row_place].kind == "outside":
                home, came = None, came + (row_id not in first_people)
            elif row_id not in first_people:
                problem(f"person {row_id} appears from nowhere in frame {row_frame}")
        elif row_frame == frame + 1:
            step = math.dist((x, y), (row_x, row_y))
            if step > reach:
                problem(f"person {person} frame {frame}: jumps {step:.2f} m")
            if row_place == place:
                if straight and places[place].step_crosses_wall((x, y), (row_x, row_y)):
                    problem(f"person {person} frame {frame}: through a wall of {places[place].name} at ({x:.2f}, {y:.2f})")
            elif not (
                ground.joined(place, row_place, (x, y), (row_x, row_y))
                if straight
                else ground.way_of(place, row_place, (x, y), (row_x, row_y), reach)
            ):
                problem(
                    f"person {person} frame {frame}: from {places[place].name} to {places[row_place].name}"
                    f" at ({x:.2f}, {y:.2f}) where nothing joins them"
                )
        elif math.dist((x, y), (row_x, row_y)) > reach + 0.3 or math.dist((x, y), home or (x, y)) > reach + 0.3:
            problem(f"person {person} is gone from frame {frame} to {row_frame} away from his seat")
        frame, x, y, place = row_frame, row_x, row_y, row_place
    if person is not None:
        ended()
    return problems, {"people": len(first_people) + came, "positions": count, "outside": outside}


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    found, numbers = check(sys.argv[1], sys.argv[2])
    print(numbers)
    for sentence in found:
        print(sentence)
    sys.exit(1 if found else 0)
