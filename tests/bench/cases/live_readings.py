"""Readings on their way to whoever watches: how many a second come into crowd state, in columns and one
by one, how long one takes to a subscriber, and what it costs to find the place of a position.

All against a real tifod on the same machine. Single readings go over four streams, with so many to
a message; each is a reading of its own, with a device and a sequence.
"""
import pathlib
import subprocess
import tempfile

from cases.telemetry import serve

GROUND = pathlib.Path(__file__).resolve().parents[3] / "scenarios/venues/bowl-60000.geojson"


def load(*arguments):
    def run(build: pathlib.Path) -> dict[str, float]:
        return {"taken": float(serve(build, "telemetry_load", *arguments))}
    return run


def delay(build: pathlib.Path) -> dict[str, float]:
    middle, p95 = serve(build, "reading_delay", "10000", "5").split()
    return {"p50": float(middle), "p95": float(p95), "300 ms over p95": 300 / float(p95)}


def lookup(how: str):
    def run(build: pathlib.Path) -> dict[str, float]:
        out = subprocess.run([build / "bin/geofence_bench", GROUND, how], check=True,
                             capture_output=True, text=True).stdout.split()
        return {"lookups a second": 1e9 / float(out[0])}
    return run


def series(build: pathlib.Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        out = subprocess.run([build / "bin/series_bench", folder], check=True,
                             capture_output=True, text=True).stdout
    return {"merged": float(out)}


def groups(Group):
    return [
        Group(name="live/readings", unit="readings/s",
              sides={"columns": load("4096", "2"), "single, 1 a message": load("1", "2", "rows"),
                     "single, 64 a message": load("64", "2", "rows")},
              targets={"columns/taken": 2_000_000, "single, 64 a message/taken": 150_000}),
        Group(name="live/delay", unit="ms", sides={"10,000 readings a second": delay},
              units={"300 ms over p95": "x"},
              targets={"10,000 readings a second/300 ms over p95": 1}),
        Group(name="live/series", unit="points/s", sides={"10,000 series": series},
              targets={"10,000 series/merged": 10_000}),
        Group(name="live/geofence", unit="lookups/s", reference="every polygon",
              sides={"every polygon": lookup("polygons"), "grid": lookup("grid")}),
    ]
