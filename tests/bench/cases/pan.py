"""The window while a hand drags the 60,000 ground for ten seconds, beside a plain full-window blit.

1920 x 1080 under Xvfb with the software renderer, the window on one core, the server and Xvfb
on the others. As frames a second at the 95th percentile, so that more is better: of the work that a
frame takes, and of the time between two frames (the window draws one every 16 ms at most).
Frames that show nothing new would be an error.
"""
import pathlib
import subprocess

SECONDS = 10
TARGET = 1000 / 16.6  # Frames a second at p95.
VENUE = pathlib.Path(__file__).resolve().parents[3] / "scenarios/venues/bowl-60000.geojson"


def run(build: pathlib.Path, *arguments: str) -> dict[str, float]:
    out = subprocess.run(["xvfb-run", "-a", "-s", "-screen 0 1920x1080x24", build / "bin/pan_bench",
                          *arguments], check=True, capture_output=True, text=True).stdout
    figures = {name: float(value) for name, value in (line.split() for line in out.splitlines())}
    if figures["same"]:
        raise RuntimeError(f"{figures['same']:.0f} frames showed nothing new")
    return figures


def work(*arguments: str):
    return lambda build: {"work p95": 1000 / run(build, *arguments)["work_p95_ms"]}


def between(*arguments: str):
    return lambda build: {"between p95": 1000 / run(build, *arguments)["between_p95_ms"]}


def groups(Group):
    pan = ["twin", str(VENUE), str(SECONDS)]
    return [
        Group(name="pan", unit="frames/s", reference="blit",
              sides={"blit": work("blit", str(SECONDS)), "twin": work(*pan)}),
        Group(name="pan/60 fps", unit="frames/s", sides={"twin": between(*pan)},
              targets={"twin/between p95": TARGET}),
    ]
