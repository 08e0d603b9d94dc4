#!/usr/bin/env python3
"""Runs benchmarks: ./tests/run bench [CASE ...] [--json FILE]

A file in cases/ is a list of groups. A group has sides: the reference (or none) and ours. Each round
measures every side once, one after the other, so that a slow moment of the machine meets all of
them; a row is the median over the rounds, its ratio ours / reference. "spread" is the range of the
rounds' own ratios (without a reference: of the figures) over their median.
"""
import argparse
import importlib
import json
import pathlib
import statistics
import sys
from dataclasses import dataclass, field
from typing import Callable, Optional

HERE = pathlib.Path(__file__).resolve().parent
TOLERANCE = 0.95  # A row within 5 % of its target is met.

sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))


@dataclass
class Group:
    name: str  # Rows are called name/side/figure.
    unit: str
    sides: dict[str, Callable[[pathlib.Path], dict[str, float]]]  # build folder -> figures
    reference: Optional[str] = None  # One of the sides.
    targets: dict[str, float] = field(default_factory=dict)  # side/figure -> least ratio (figure)
    units: dict[str, str] = field(default_factory=dict)  # Of figures that have another.


def groups() -> list[Group]:
    found = []
    for path in sorted((HERE / "cases").glob("*.py")):
        found += importlib.import_module(f"cases.{path.stem}").groups(Group)
    return found


def measure(group: Group, build: pathlib.Path, rounds: int) -> list[dict]:
    taken: dict[str, list[dict[str, float]]] = {side: [] for side in group.sides}
    for number in range(rounds):
        order = list(group.sides) if number % 2 == 0 else list(reversed(group.sides))
        for side in order:
            taken[side].append(group.sides[side](build))
            said = ", ".join(f"{figure} {short(value)}" for figure, value in taken[side][-1].items())
            print(f"   round {number + 1}/{rounds}  {side}: {said}", file=sys.stderr)
    return [row(group, taken, side, figure)
            for side in group.sides if side != group.reference for figure in taken[side][0]]


def short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.2f}"


def row(group: Group, taken: dict, side: str, figure: str) -> dict:
    ours = [one[figure] for one in taken[side]]
    reference = [one[figure] for one in taken[group.reference]] if group.reference else None
    each = [a / b for a, b in zip(ours, reference)] if reference else ours
    middle, usual = statistics.median(ours), statistics.median(each)
    result = {
        "case": f"{group.name}/{side}/{figure}",
        "figure": round(middle, 3),
        "unit": group.units.get(figure, group.unit),
        "reference": group.reference,
        "reference_figure": round(statistics.median(reference), 3) if reference else None,
        "ratio": round(middle / statistics.median(reference), 3) if reference else None,
        "spread": round((max(each) - min(each)) / usual, 3) if usual else 0.0,
    }
    target = group.targets.get(f"{side}/{figure}")
    if target is not None:
        reached = result["ratio"] if reference else middle
        result["target"] = target
        result["met"] = reached >= target * TOLERANCE
    return result


def show(rows: list[dict]) -> None:
    for one in rows:
        line = f"{one['case']:<34}{short(one['figure']):>14} {one['unit']}"
        if one["ratio"] is not None:
            line += f"  {one['ratio']:.2f} x {one['reference']} ({one['reference_figure']:,.0f})"
        if "target" in one:
            line += f"  target {one['target']:,}: {'met' if one['met'] else 'MISSED'}"
        print(line + f"  spread {one['spread']:.0%}")


def called(case: str, among: list[Group]) -> list[Group]:
    """Those of that name or below it ("sim" is "sim" and "sim/ns"); if there are none, those that begin
    with it ("booking" is "booking-echo" and its kin)."""
    case = case.rstrip("/")
    return ([group for group in among if f"{group.name}/".startswith(case + "/")] or
            [group for group in among if group.name.startswith(case + "-")])


def main() -> int:
    parser = argparse.ArgumentParser(prog="./tests/run bench")
    parser.add_argument("cases", nargs="*", help="names of cases, or what they begin with; none: all")
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--json", type=pathlib.Path, help="write the rows to this file")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    found = groups()
    unknown = [case for case in options.cases if not called(case, found)]
    if unknown:
        names = ", ".join(group.name for group in found)
        print(f"bench: no case is called {' '.join(unknown)}; there are: {names}", file=sys.stderr)
        return 2
    chosen = [group for group in found
              if not options.cases or any(group in called(case, found) for case in options.cases)]
    rows = []
    for group in chosen:
        print(f"== {group.name}", file=sys.stderr)
        rows += measure(group, options.build.resolve(), options.rounds)
    show(rows)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")
    return 0 if all(one.get("met", True) for one in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
