"""Ours beside JuPedSim (its wheel from PyPI, collision-free speed model): the same hall, bottleneck, people,
places at the start, radius, free speed and step. 300 people at 2 a m2 leave through 3 m of 2 m width.

Speed: person-steps a second of CPU; JuPedSim's are its iterate() alone, ours the whole of tifo-sim with
reading, walking fields and report (a frame a minute is written). Figures: PedPy measures density and speed in front of the bottleneck and the
flow through it, from both trajectory files; ours are also measured by tifo-sim itself, and the case ends
with an error when PedPy's differ by more than 1 %.
"""
import csv
import functools
import json
import pathlib
import resource
import subprocess
import sys
import tempfile

PEERS = pathlib.Path(__file__).resolve().parent.parent / "peers"
VERSIONS = ("jupedsim==1.4.2", "pedpy==1.5.1")
AREA = (14.0, 8.5, 17.0, 11.5)  # In front of the bottleneck.
LINE_X = 28.0  # The target's edge: who crosses it is out.
AGREE = 0.01


def rectangle(x: float, y: float, width: float, height: float) -> dict:
    return {"type": "RECTANGLE", "x": x, "y": y, "width": width, "height": height}


def scenario() -> dict:
    """A Vadere scenario: the hall from x 0 to 18, the bottleneck to 21, the exit at 28."""
    return {"name": "sim-peers", "release": "2.4", "scenario": {
        "mainModel": "", "attributesSimulation": {"finishTime": 300.0, "fixedSeed": 1},
        "topography": {
            "attributes": {"bounds": rectangle(0, 0, 30, 20), "boundingBoxWidth": 0.0},
            "obstacles": [{"id": 1, "shape": rectangle(18, 0, 3, 9)},
                          {"id": 2, "shape": rectangle(18, 11, 3, 9)}],
            "measurementAreas": [{"id": 1, "shape": rectangle(
                AREA[0], AREA[1], AREA[2] - AREA[0], AREA[3] - AREA[1])}],
            "targets": [{"id": 1, "shape": rectangle(LINE_X, 0, 2, 20),
                         "absorber": {"enabled": True, "deletionDistance": 0.0},
                         "waiter": {"enabled": False}}],
            "sources": [{"id": 1, "shape": rectangle(1, 2, 10, 16), "targetIds": [1], "spawner": {
                "type": "AttributesRegularSpawner", "eventElementCount": 300,
                "eventPositionRandom": True, "eventPositionGridCA": True}}],
            "attributesPedestrian": {"radius": 0.2, "speedDistributionMean": 1.34,
                                     "speedDistributionStandardDeviation": 0.0,
                                     "minimumSpeed": 1.34, "maximumSpeed": 1.34}}}}


@functools.cache
def python(build: pathlib.Path) -> pathlib.Path:
    """Of the venv with both peers, made once."""
    venv = build / "peers"
    if not (venv / "done").exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([venv / "bin/pip", "install", "--quiet", *VERSIONS], check=True)
        (venv / "done").touch()
    return venv / "bin/python"


def children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run_ours(build: pathlib.Path, folder: pathlib.Path, every: int = 1) -> float:
    """CPU seconds; leaves folder/run with every so many steps in its trajectories."""
    (folder / "peers.scenario").write_text(json.dumps(scenario()))
    before = children_s()
    subprocess.run([build / "bin/tifo-sim", "run", folder / "peers.scenario", "--out",
                    folder / "run", "--record-every", str(every), "--quiet"], check=True)
    return children_s() - before


def run_theirs(build: pathlib.Path, folder: pathlib.Path) -> dict:
    out = subprocess.run([python(build), PEERS / "jupedsim_run.py",
                          folder / "run/trajectories.sqlite", folder / "theirs.sqlite"],
                         check=True, capture_output=True, text=True)
    return json.loads(out.stdout)


def steps_of(series: pathlib.Path) -> int:
    """Ten steps a second of everybody present."""
    with series.open() as file:
        return sum(10 * int(row["present_people"]) for row in csv.DictReader(file))


def pedpy(build: pathlib.Path, path: pathlib.Path) -> dict:
    out = subprocess.run([python(build), PEERS / "measure.py", path, *map(str, AREA), str(LINE_X)],
                         check=True, capture_output=True, text=True)
    return json.loads(out.stdout)


def speed(build: pathlib.Path, theirs: bool) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        cpu_s = run_ours(build, folder, 600)
        if theirs:
            result = run_theirs(build, folder)
            return {"person-steps": result["person_steps"] / result["cpu_s"]}
        return {"person-steps": steps_of(folder / "run/series.csv") / cpu_s}


def our_figures(folder: pathlib.Path) -> dict:
    summary = json.loads((folder / "run/summary.json").read_text())
    area, target = summary["measurement_areas"][0], summary["spots"][0]
    return {"density_p_m2": area["mean_density_p_m2"], "speed_mps": area["mean_speed_mps"],
            "flow_pps": (target["served_people"] - 1) / (target["last_s"] - target["first_s"])}


def figures(build: pathlib.Path, side: str) -> dict[str, float]:
    """Thousandths, because rows are shown as whole numbers."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        run_ours(build, folder)
        ours, measured = our_figures(folder), pedpy(build, folder / "run/trajectories.sqlite")
        for key, value in ours.items():
            if abs(value - measured[key]) > AGREE * measured[key]:
                raise SystemExit(f"sim-peers: {key} is {value:.4f} by tifo-sim and "
                                 f"{measured[key]:.4f} by PedPy: more than {AGREE:.0%} apart")
        if side == "jupedsim":
            run_theirs(build, folder)
            ours = pedpy(build, folder / "theirs.sqlite")
        elif side == "pedpy":
            ours = measured
        return {key: 1000 * ours[key] for key in ("density_p_m2", "speed_mps", "flow_pps")}


def groups(Group) -> list:
    units = {"density_p_m2": "0.001 p/m2", "speed_mps": "mm/s", "flow_pps": "0.001 p/s"}
    return [
        Group("sim-peers", "person-steps/s",
              {"jupedsim": lambda build: speed(build, True), "tifo": lambda build: speed(build, False)},
              reference="jupedsim", targets={"tifo/person-steps": 15}),
        Group("sim-peers-figures", "", {"pedpy": lambda build: figures(build, "pedpy"),
                                        "tifo": lambda build: figures(build, "tifo"),
                                        "jupedsim": lambda build: figures(build, "jupedsim")},
              reference="pedpy", units=units),
    ]
