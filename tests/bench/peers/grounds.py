"""Grounds that both simulators walk: RiMEA 4, 9 and 12 with everybody's place, exit, speed and radius given,
as a Vadere scenario and as a polygon; and what is measured, from trajectory files of either."""
import math
import sqlite3
import statistics

SPEED_MPS, RADIUS_M, FRAMES_A_SECOND = 1.34, 0.2, 10


class Ground:
    def __init__(self, width: float, depth: float, seconds: float):
        self.width, self.depth, self.seconds = width, depth, seconds
        self.walls: list[tuple] = []  # Rectangles: x, y, width, depth.
        self.exits: list[tuple] = []
        self.people: list[tuple] = []  # x, y, index of the exit.

    def fill(self, count: int, x0: float, y0: float, x1: float, y1: float, exit_of) -> None:
        """On a lattice, as square as can be, shaken a little, the same every time."""
        columns = math.ceil(math.sqrt(count * (x1 - x0) / (y1 - y0)))
        rows = math.ceil(count / columns)
        dx, dy = (x1 - x0) / columns, (y1 - y0) / rows
        for k in range(count):
            cell = int(k * columns * rows / count)
            shake = [((k + 1) * prime % 997) / 997 - 0.5 for prime in (619, 271)]
            x = x0 + (cell // rows + 0.5) * dx + 0.2 * shake[0] * (dx - 2 * RADIUS_M)
            y = y0 + (cell % rows + 0.5) * dy + 0.2 * shake[1] * (dy - 2 * RADIUS_M)
            self.people.append((x, y, exit_of(x, y)))

    def scenario(self) -> dict:
        def shape(rectangle):
            x, y, width, depth = rectangle
            return {"type": "RECTANGLE", "x": x, "y": y, "width": width, "height": depth}

        return {"name": "ground", "release": "2.4", "scenario": {
            "mainModel": "", "attributesSimulation": {"finishTime": self.seconds, "fixedSeed": 1},
            "topography": {
                "attributes": {"bounds": shape((0, 0, self.width, self.depth)), "boundingBoxWidth": 0.0},
                "obstacles": [{"id": i + 1, "shape": shape(wall)} for i, wall in enumerate(self.walls)],
                "targets": [{"id": i + 1, "shape": shape(exit), "waiter": {"enabled": False},
                             "absorber": {"enabled": True, "deletionDistance": 0.0}}
                            for i, exit in enumerate(self.exits)],
                "dynamicElements": [{"type": "PEDESTRIAN", "attributes": {"radius": RADIUS_M},
                                     "position": {"x": x, "y": y}, "targetIds": [exit + 1],
                                     "freeFlowSpeed": SPEED_MPS} for x, y, exit in self.people],
                "attributesPedestrian": {"radius": RADIUS_M}}}}


def corridor(density: float) -> Ground:
    """RiMEA 4, on 60 x 4 m."""
    ground = Ground(62, 4, 15)
    ground.exits = [(60, 0, 2, 4)]
    ground.fill(round(density * 60 * 4), 0.1, 0.1, 59.5, 3.9, lambda x, y: 0)
    return ground


def hall(doors: int) -> Ground:
    """RiMEA 9: 1,000 people in 20 x 20 m, four doors of 1 m or the two on one side, each to the nearest."""
    ground = Ground(20, 24, 900)
    for y in (1.5, 22):
        ground.walls += [(0, y, 2, 0.5), (3, y, 14, 0.5), (18, y, 2, 0.5)]
    middles = [(2.5, 1.75), (17.5, 1.75), (2.5, 22.25), (17.5, 22.25)][:doors]
    ground.exits = [(x - 1.5, 0.2 if y < 12 else 23, 3, 0.8) for x, y in middles]
    ground.fill(1000, 0.1, 2.1, 19.9, 21.9,
                lambda x, y: min(range(doors), key=lambda i: math.dist((x, y), middles[i])))
    return ground


def bottleneck(width: float) -> Ground:
    """RiMEA 12: 150 people leave a room of 10 x 10 m through a passage of 2 m length."""
    ground = Ground(22, 10, 600)
    ground.walls = [(10, 0, 2, 5 - width / 2), (10, 5 + width / 2, 2, 5 - width / 2)]
    ground.exits = [(20, 0, 2, 10)]
    ground.fill(150, 1, 1, 9, 9, lambda x, y: 0)
    return ground


def rows(path) -> list[tuple]:
    with sqlite3.connect(path) as db:
        return db.execute("SELECT id, frame, pos_x, pos_y FROM trajectory_data ORDER BY id, frame").fetchall()


def diagram_point(path) -> tuple[float, float]:
    """Density and speed along the corridor in 6 x 2 m of its middle, from 5 s on."""
    people, speeds, frames = 0, 0.0, set()
    walked = rows(path)
    for (one, frame, x, y), (next_one, _, next_x, _) in zip(walked, walked[1:]):
        if frame < 5 * FRAMES_A_SECOND or one != next_one:
            continue
        frames.add(frame)
        if 27 <= x < 33 and 1 <= y < 3:
            people += 1
            speeds += (next_x - x) * FRAMES_A_SECOND
    return people / len(frames) / 12, speeds / people if people else math.nan


def weidmann_mps(density: float) -> float:
    return 1.34 * (1 - math.exp(-1.913 * (1 / density - 1 / 5.4)))


def last_s(path) -> float:
    return max(row[1] for row in rows(path)) / FRAMES_A_SECOND


def flow_ps(path, people: int) -> float:
    """Through the passage, between the first and the last tenth; NAN: they did not get through."""
    passed = {}
    for one, frame, x, _ in rows(path):
        if x > 12:
            passed.setdefault(one, frame / FRAMES_A_SECOND)
    times = sorted(passed.values())
    if len(times) < people:
        return math.nan
    low, high = people // 10, people - people // 10
    return (high - low) / (times[high - 1] - times[low - 1])


def overlap_percent(path) -> float:
    """Of person-frames, one a second, those whose body is more than 1 cm inside another's."""
    frames: dict[int, list] = {}
    for _, frame, x, y in rows(path):
        if frame % FRAMES_A_SECOND == 0:
            frames.setdefault(frame, []).append((x, y))
    total, overlapping, touch2 = 0, 0, (2 * RADIUS_M - 0.01) ** 2
    for places in frames.values():
        places.sort()
        hit = set()
        for i, (x, y) in enumerate(places):
            for k in range(i + 1, len(places)):
                if places[k][0] - x > 2 * RADIUS_M:
                    break
                if (places[k][0] - x) ** 2 + (places[k][1] - y) ** 2 < touch2:
                    hit |= {i, k}
        total += len(places)
        overlapping += len(hit)
    return 100 * overlapping / total


def figures(walk, name: str) -> dict[str, float]:
    """walk(ground) leaves a trajectory file and returns its path, how many did not get out, CPU seconds and
    person-steps; what it cannot do at all it raises."""
    result: dict[str, float] = {}
    cpu_s, steps, overlaps = 0.0, 0, []
    try:
        if name == "rimea-4":
            errors = []
            for density in (0.5, 1, 2, 3, 4):
                path, _, cpu, done = walk(corridor(density))
                measured, speed = diagram_point(path)
                errors.append(abs(speed - weidmann_mps(measured)))
                overlaps.append(overlap_percent(path))
                cpu_s, steps = cpu_s + cpu, steps + done
            result = {"worst": 1000 * max(errors), "mean": 1000 * statistics.mean(errors)}
        elif name == "rimea-9":
            times = []
            for doors in (4, 2):
                path, left, cpu, done = walk(hall(doors))
                times.append(math.nan if left else last_s(path))
                overlaps.append(overlap_percent(path))
                cpu_s, steps = cpu_s + cpu, steps + done
                result[f"left of {doors} doors"] = left
            result.update({"four": times[0], "two": times[1], "ratio": 1000 * times[1] / times[0]})
        else:
            for width in (0.8, 1.0, 1.2):
                path, left, cpu, done = walk(bottleneck(width))
                result[f"{width} m"] = 1000 * flow_ps(path, 150)
                overlaps.append(overlap_percent(path))
                cpu_s, steps = cpu_s + cpu, steps + done
    except RuntimeError as error:
        return {"failed": 1, "why": str(error)}
    result["overlap"] = 1000 * statistics.mean(overlaps)
    result["ns"] = 1e9 * cpu_s / steps
    return result
