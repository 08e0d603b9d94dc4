"""Guidance for the ground with 60,000 seats, full, when everybody is to leave: how long a plan takes on
the planner's thread and how long its exact T*fit, and how soon after a gate was shut a plan that
leaves it is there, over the API of a real tifod on the same machine.
"""
import pathlib
import subprocess

from cases.telemetry import serve

GROUND = pathlib.Path(__file__).resolve().parents[3] / "scenarios/venues/bowl-60000.geojson"
CLOSURES = 100


def plan(build: pathlib.Path) -> dict[str, float]:
    out = subprocess.run([build / "bin/plan_time", GROUND], check=True, capture_output=True,
                         text=True).stdout
    adaptive, exact = (float(number) for number in out.split())
    return {"plan": adaptive, "exact T*fit": exact, "200 ms over the plan": 200 / adaptive,
            "5 s over the exact T*fit": 5000 / exact}


def closure(build: pathlib.Path) -> dict[str, float]:
    middle, p99 = serve(build, "closure_delay", str(GROUND), str(CLOSURES)).split()
    return {"p50": float(middle), "p99": float(p99), "1 s over p99": 1000 / float(p99)}


def groups(Group):
    return [
        Group(name="plan/time", unit="ms", sides={"60,000": plan},
              units={"200 ms over the plan": "x", "5 s over the exact T*fit": "x"},
              targets={"60,000/200 ms over the plan": 1, "60,000/5 s over the exact T*fit": 1}),
        Group(name="plan/closure", unit="ms", sides={"60,000": closure},
              units={"1 s over p99": "x"}, targets={"60,000/1 s over p99": 1}),
    ]
