"""What an operator and a planner get to see, from real scenarios, against the pictures in reference/.

A picture may differ a little (when a line of a chart was sampled) but not so that anybody would notice. When
the look changes on purpose: TIFO_PICTURES=write tests/run e2e -R pictures, look at each of them, commit.
"""

import datetime
import os
import pathlib
import re
import shutil
import subprocess
import unittest

import grpc
from tifo.v1 import clock_pb2, clock_pb2_grpc

from programs import BIN, SCENARIOS, Case, run

HERE = pathlib.Path(__file__).resolve().parent
REFERENCE = HERE / "reference"
DIFFERENCE = pathlib.Path(os.environ["TIFO_TESTS"]) / "picture_difference"
# Mean CIEDE2000 over the picture, and percent of its cells that are plainly different.
MEAN, PLAIN = 0.25, 1.0


def difference(a, b):
    """(mean, percent of cells plainly different, "what and where")"""
    said = subprocess.run([DIFFERENCE, a, b], capture_output=True, text=True, check=True).stdout
    mean, plain, worst, x, y = said.split()
    return float(mean), float(plain), f"mean {mean}, {plain} % of cells over 5, worst {worst} at {x},{y}"


class Pictures(Case):
    def play(self, scenario, until, silent_s=0, speed=1000, **twins):
        """Plays a scenario for `until`, then lets `silent_s` go by in which nothing reports. Each twin (name: its
        arguments) draws one picture, the one named `stale` at the end of the silence, the others before it. Returns
        their files by name. A twin keeps few moments of what runs past at full speed: `speed` is for replays."""
        text = (SCENARIOS / f"{scenario}.yaml").read_text().replace("venue: ", f"venue: {SCENARIOS}/")
        start = datetime.datetime.fromisoformat(re.search(r"(?m)^start: (\S+)Z$", text)[1])
        text = re.sub(r"(?m)^duration: .*$", f"duration: {until}", text)
        play = self.folder / "scenario.yaml"
        play.write_text(re.sub(r"(?m)^count-from: .*$", "count-from: 0:00", text))
        minutes, seconds = map(int, until.split(":"))
        end = start + datetime.timedelta(minutes=minutes, seconds=seconds)
        later = end + datetime.timedelta(seconds=silent_s)

        server = self.serve(self.folder / "data")
        watching = [
            self.watch(server, name, later if name == "stale" else end, arguments) for name, arguments in twins.items()
        ]
        ran = run("tifo-sim", "run", play, "--server", server.address, "--out", self.folder / "run", "--speed", speed)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        for name, twin in zip(twins, watching):
            if name == "stale":
                self.advance(server, later)
            self.assertEqual(twin.wait(120), 0)
        return {name: self.folder / name / "twin-last.png" for name in twins}

    def watch(self, server, name, until, arguments):
        """A twin that draws what it sees at a time, and ends."""
        twin = subprocess.Popen(
            [BIN / "tifo-twin", "--server", server.address, "--headless", "--out", self.folder / name,
             "--caller", "desk 2", "--until", f"{until:%H:%M:%S}", *arguments],
            env={**os.environ, "TZ": "UTC"},
        )
        self.addCleanup(twin.wait)
        self.addCleanup(twin.kill)
        return twin

    def advance(self, server, to):
        """Moves the clock, as a stock client does."""
        with grpc.insecure_channel(server.address) as channel:
            to_ms = int(to.replace(tzinfo=datetime.timezone.utc).timestamp() * 1000)
            clock_pb2_grpc.ClockStub(channel).Advance(clock_pb2.AdvanceRequest(to_ms=to_ms))

    def check(self, pictures):
        """Against the pictures of these names in reference/."""
        for name, picture in pictures.items():
            reference = REFERENCE / f"{name}.png"
            if os.environ.get("TIFO_PICTURES") == "write":
                REFERENCE.mkdir(exist_ok=True)
                shutil.copy(picture, reference)
                continue
            mean, plain, said = difference(reference, picture)
            with self.subTest(name):
                if mean > MEAN or plain > PLAIN:
                    kept = pathlib.Path(os.environ["TIFO_TESTS"]) / f"picture-{name}.png"
                    shutil.copy(picture, kept)
                    self.fail(f"{name}: {said}; the new one is {kept}, the old one {reference}")

    def test_calm(self):
        self.check(self.play("halftime", "3:35", calm=[]))

    def test_a_gate_is_shut(self):
        self.check(self.play(
            "gate-closure", "2:40", silent_s=8, speed=10,
            **{"jam": [], "jam-day": ["--theme", "day"], "jam-640x400": ["--size", "640x400"],
               "gate": ["--gate", "G4"], "replay": ["--ago", "145"], "stale": []},
        ))

    def test_evacuation(self):
        self.check(self.play("evacuation", "2:30", evacuation=[]))

    def test_report(self):
        play = SCENARIOS / "gate-closure.yaml"
        server = self.serve(self.folder / "data")
        for name, link in (("with", ["--server", server.address]), ("without", [])):
            ran = run("tifo-sim", "run", play, "--out", self.folder / name, "--quiet", *link)
            self.assertEqual(ran.returncode, 0, ran.stderr)
        made = run("tifo-sim", "report", "--with", self.folder / "with", "--without", self.folder / "without",
                   "--out", self.folder)
        self.assertEqual(made.returncode, 0, made.stderr)
        picture = self.folder / "report.png"
        shot = subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--disable-background-networking", "--hide-scrollbars", f"--user-data-dir={self.folder}/browser",
             "--window-size=1240,2600", f"--screenshot={picture}", f"file://{self.folder}/report.html"],
            capture_output=True, text=True, timeout=120,
        )
        self.assertTrue(picture.exists(), shot.stderr)
        self.check({"report": picture})

    def test_a_picture_of_something_else_is_told_apart(self):
        for other in ("jam", "evacuation", "gate", "replay"):
            mean, plain, _ = difference(REFERENCE / "calm.png", REFERENCE / f"{other}.png")
            self.assertGreater(mean, MEAN)
            self.assertGreater(plain, PLAIN)


if __name__ == "__main__":
    unittest.main()
