"""JuPedSim's models beside ours on RiMEA 4, 9 and 12: the same grounds, places, exits, free speed (1.34 m/s)
and radius (0.2 m; the centrifugal model has its own ellipses), everything else as each has it.

  rimea-4   the greatest and the mean distance from Weidmann at 0.5 to 4 people a m2, in mm/s; ours: weidmann
  rimea-9   the hall with two of four doors shut: seconds to the last, their ratio in thousandths
  rimea-12  flow through 0.8, 1.0 and 1.2 m in 0.001 p/s; ours: experiment

and in each the person-frames that overlap by 1 cm (0.001 %), and ns of CPU a person and step (ours: all of
tifo-sim, with reading and writing). NAN: they did not all get through. All of it comes out the same each time, so it
is run once.
"""
import functools
import json
import math
import pathlib
import subprocess
import sys
import tempfile

from cases.sim_peers import PEERS, children_s, python, steps_of

MODELS = ("cfsm", "cfsm2", "avm", "social-force", "centrifugal")
CASES = {"rimea-4": "weidmann", "rimea-9": "weidmann", "rimea-12": "experiment"}


def clean(result: dict) -> dict[str, float]:
    return {key: math.nan if value is None else value for key, value in result.items() if key != "why"}


@functools.cache
def ours(build: pathlib.Path, case: str) -> dict[str, float]:
    sys.path.insert(0, str(PEERS))
    import grounds

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)

        def walk(ground):
            (folder / "ground.scenario").write_text(json.dumps(ground.scenario()))
            before = children_s()
            subprocess.run([build / "bin/tifo-sim", "run", folder / "ground.scenario", "--out", folder / "run",
                            "--set-of-parameters", CASES[case], "--record-every", "1", "--quiet"], check=True)
            cpu_s = children_s() - before
            summary = json.loads((folder / "run/summary.json").read_text())
            left = summary["planned_people"] - summary["left_people"]
            return folder / "run/trajectories.sqlite", left, cpu_s, steps_of(folder / "run/series.csv")

        return clean(grounds.figures(walk, case))


@functools.cache
def theirs(build: pathlib.Path, model: str, case: str) -> dict[str, float]:
    out = subprocess.run([python(build), PEERS / "jupedsim_models.py", model, case], check=True,
                         capture_output=True, text=True)
    result = json.loads(out.stdout.splitlines()[-1])
    if "why" in result:
        print(f"   {model}, {case}: {result['why']}", file=sys.stderr)
    return clean(result)


def groups(Group) -> list:
    units = {"worst": "mm/s", "mean": "mm/s", "four": "s", "two": "s", "ratio": "0.001", "0.8 m": "0.001 p/s",
             "1.0 m": "0.001 p/s", "1.2 m": "0.001 p/s", "overlap": "0.001 %", "ns": "ns", "failed": "",
             "left of 4 doors": "people", "left of 2 doors": "people"}
    return [Group(f"sim-models-{case}", "",
                  {"tifo": functools.partial(ours, case=case),
                   **{model: functools.partial(theirs, model=model, case=case) for model in MODELS}}, units=units)
            for case in CASES]
