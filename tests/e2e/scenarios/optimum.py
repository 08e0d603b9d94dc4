"""Scenarios of a crowd beside the best that could be done with it: T*fit, and the runs with and without guidance.

T*fit is the clearance (98 % out, or back in their seats) of the quickest flow on the walkway graph, with what passages
pass on average as `tifo-sim calibrate` measured it: the same people, who set out at the same moments, the same gates,
stairs and tills (a gate that is shut on the way is shut from the start). `tifo-sim what-if --exact` computes it, and the
earliest-arrival curve with it: how many can be out by each second.
"""

import json
import pathlib
import shutil
from dataclasses import dataclass

from programs import SCENARIOS, SMALL_GROUND, Server, figures, run

BOWL_5000 = SCENARIOS / "venues" / "bowl-5000.geojson"
BOWL_60000 = SCENARIOS / "venues" / "bowl-60000.geojson"

# Everybody leaves within two and a half minutes; who is not guided takes the nearest gate or the usual one.
TEXT = """\
title: {name}
venue: {venue}
start: 2026-05-16T15:47:00Z
duration: {minutes}:00
count-from: 0:30
seed: 1
occupancy: {occupancy}
people: {{compliance: 1, reporting: 0.3, nearest-gate: 0.7, hesitation: 0:06}}
phases:
  - {{kind: play, label: before, from: 0:00, to: 0:30}}
  - {{kind: {phase}, label: now, from: 0:30, to: {minutes}:00}}
trips:
{trips}
{more}
"""
ALL_LEAVE = "  - {share: 1, stops: [exit], leave: {from: 0:30, peak: 0:50, to: 2:30}}"
TO_FACILITIES = """\
  - {share: 0.25, stops: [toilets], leave: {from: 0:10, peak: 0:35, to: 4:00}}
  - {share: 0.13, stops: [food], leave: {from: 0:10, peak: 0:35, to: 4:00}}"""
# One stand is told 80 s before the others.
ONE_FIRST = """\
  - {{share: 1, stand: {first}, stops: [exit], leave: {{from: 0:30, peak: 0:40, to: 1:30}}}}
"""
OTHERS_LATER = "  - {{share: 1, stand: {other}, stops: [exit], leave: {{from: 1:50, peak: 2:00, to: 2:50}}}}\n"
STANDS = ("North", "East", "South", "West")


def filled(*stands, share=0.95):
    """Stands that are full, in a ground that is not."""
    return "stands: [" + ", ".join(f"{{stand: {stand}, occupancy: {share}}}" for stand in stands) + "]"


def shut(*gates, at="0:45"):
    return "gates:\n" + "\n".join(f"  - {{gate: {gate}, to: closed, at: {at}, reason: a vehicle stands in front of it}}"
                                  for gate in gates)


def first_of_all(stand):
    later = [OTHERS_LATER.format(other=other) for other in STANDS if other != stand]
    return (ONE_FIRST.format(first=stand) + "".join(later)).rstrip()


@dataclass(frozen=True)
class Scenario:
    name: str
    kind: str
    venue: pathlib.Path = BOWL_5000
    occupancy: float = 0.95
    phase: str = "egress"
    trips: str = ALL_LEAVE
    more: str = ""
    minutes: int = 30
    sets: tuple = ()  # Of the ground and the people, as `--set` takes them.

    def write(self, folder):
        path = pathlib.Path(folder) / f"{self.name}.yaml"
        path.write_text(TEXT.format(**self.__dict__))
        return path


SMALL = [Scenario("small-gate-shut", "closed gate", SMALL_GROUND, more=shut("G4"), minutes=15)]
BOWL = [
    Scenario("south-full", "unbalanced", occupancy=0.15, more=filled("South")),
    Scenario("north-full", "unbalanced", occupancy=0.2, more=filled("North")),
    Scenario("north-east-full", "unbalanced", occupancy=0.15, more=filled("North", "East")),
    Scenario("east-lower-full", "unbalanced", occupancy=0.15, more=filled("East lower")),
    Scenario("widest-gate-shut", "closed gate", more=shut("widest")),
    Scenario("two-gates-shut", "closed gate", more=shut("G2", "G3")),
    Scenario("slow-turnstiles", "slow turnstiles", sets=("gates.G4.exit-rate=90", "gates.G5.exit-rate=60")),
    Scenario("stair-blocked", "blocked stair", more="blocked: [{opening: o228, reason: a fall}]"),
    Scenario("south-first", "one-sided", trips=first_of_all("South")),
    Scenario("half-time", "half time", phase="break", trips=TO_FACILITIES),
    Scenario("evacuation", "evacuation", phase="evacuation"),
]
LARGE = [
    Scenario("large-south-full", "unbalanced", BOWL_60000, 0.3, more=filled("South"), minutes=60),
    Scenario("large-gate-shut", "closed gate", BOWL_60000, more=shut("widest"), minutes=60),
    Scenario("large-evacuation", "evacuation", BOWL_60000, phase="evacuation", minutes=60),
]


def settings(scenario, more=()):
    return [word for setting in (*scenario.sets, *more) for word in ("--set", setting)]


@dataclass
class Fit:
    clearance_s: float
    out: list  # By second of the clock: the most people that can be out.


def fit(scenario, folder):
    """T*fit and the earliest-arrival curve."""
    told = pathlib.Path(folder) / f"{scenario.name}.json"
    result = run("tifo-sim", "what-if", scenario.write(folder), "--exact", "--json", told, *settings(scenario),
                 timeout=1200)
    assert result.returncode == 0, result.stderr
    answer = json.loads(told.read_text())["variants"][-1]
    return Fit(answer["t_fit_s"], answer["t_fit_out"])


def play(scenario, seed, folder, guided, more=(), arguments=(), known=None):
    """run.json of a run with guidance or without; `known`: the part of people who follow, as the server is told."""
    out = pathlib.Path(folder) / f"{scenario.name}-{seed}-{'with' if guided else 'without'}"
    server = Server(f"{out}.data", *(["--compliance", known] if known else [])) if guided else None
    try:
        result = run("tifo-sim", "run", scenario.write(folder), "--seed", seed, "--out", out, "--quiet",
                     "--record-every", 600, *settings(scenario, more), *arguments,
                     *(["--server", server.address] if server else []), timeout=7200)
        assert result.returncode == 0, result.stderr
    finally:
        if server:
            server.stop() if server.process.poll() is None else server.kill()
    told = figures(out)
    shutil.rmtree(out)
    shutil.rmtree(f"{out}.data", ignore_errors=True)
    return told


def least_part(told, best):
    """The least share of those who could be out that are out, from when a tenth are on."""
    people, sample_s, zero_s = told["travellers"], told["sample_s"], told["clock_zero_s"]
    least = 1.0
    for i, out in enumerate(told["done_people"]):
        at_s = round(i * sample_s - zero_s)
        if out < people / 10 or at_s < 0:
            continue
        # The graph's people are a mean over seeds.
        could = best.out[min(at_s, len(best.out) - 1)] / best.out[-1] * people
        least = min(least, out / could)
    return least
