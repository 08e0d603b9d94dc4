"""What is wrong is said in one sentence, with its exit code, and nothing half written is left."""

import copy
import json
import os
import re
import shutil
import socket
import subprocess
import unittest

from programs import BIN, SCENARIOS, SMALL_GROUND, Case, digest, run


def feature(venue, **properties):
    """The first feature with these properties."""
    for row in venue["features"]:
        if all(row["properties"].get(key) == value for key, value in properties.items()):
            return row
    raise AssertionError(f"no feature has {properties}")


def change(key, value, **properties):
    return lambda venue: feature(venue, **properties)["properties"].update({key: value})


def drop(key, **properties):
    return lambda venue: feature(venue, **properties)["properties"].pop(key)


def shape(coordinates, **properties):
    return lambda venue: feature(venue, **properties)["geometry"].update(coordinates=coordinates)


def without(**properties):
    return lambda venue: venue["features"].remove(feature(venue, **properties))


def doubled(**properties):
    return lambda venue: venue["features"].append(copy.deepcopy(feature(venue, **properties)))


# What was done to a good ground, and what the answer must name.
WRONG_VENUES = [
    ("no collection", lambda v: v.update(type="Feature"), "FeatureCollection"),
    ("no tifo member", lambda v: v.pop("tifo"), "tifo"),
    ("unknown format", lambda v: v["tifo"].update(format=99), "format"),
    ("no id", lambda v: v["tifo"].pop("id"), "id"),
    ("unknown kind", change("kind", "moat", kind="gate", id="G1"), "moat"),
    ("unknown use", change("use", "pool", kind="zone", id="L1-N"), "use"),
    ("no level", drop("level", kind="zone", id="L1-N"), "level"),
    ("unknown level", change("level", 9, kind="zone", id="L1-N"), "level"),
    ("text for a number", change("rise_m", "high", kind="zone", id="stairs-W"), "rise_m"),
    ("stairs that lead nowhere", drop("level_to", kind="zone", id="stairs-W"), "level_to"),
    ("two zones of one id", doubled(kind="zone", id="L1-N"), "L1-N"),
    ("open ring", shape([[[-14, 18], [14, 18], [14, 22], [-14, 22]]], kind="zone", id="L1-N"), "closed"),
    ("crossing itself", shape([[[-14, 18], [14, 22], [14, 18], [-14, 22], [-14, 18]]], kind="zone", id="L1-N"), "cross"),
    ("far away", shape([[[9000, 18], [9028, 18], [9028, 22], [9000, 22], [9000, 18]]], kind="zone", id="L1-N"), "L1-N"),
    ("a door to nowhere", change("between", ["L1-N", "attic"], kind="opening"), "attic"),
    ("a door in the air", shape([[0, 0], [0, 2]], kind="opening"), "edge"),
    ("a door for cats", lambda v: narrow(feature(v, kind="opening")), "0.6"),
    ("a gate inside", change("outside", "L1-NE", kind="gate", id="G1"), "outside"),
    ("a row in the field", shape([[0, 0], [10, 0]], kind="row", block="N1", label="A"), "N1"),
    ("seats that do not add up", change("seats", 7, kind="block", id="N1"), "seats"),
    ("a negative counter", change("servers", -1, kind="facility"), "servers"),
    ("an island", lambda v: v["features"].append(island(v)), "reach"),
]


def narrow(row):
    (x, y), (u, w) = row["geometry"]["coordinates"]
    length = ((u - x) ** 2 + (w - y) ** 2) ** 0.5
    row["geometry"]["coordinates"] = [[x, y], [x + (u - x) * 0.3 / length, y + (w - y) * 0.3 / length]]


def island(venue):
    row = copy.deepcopy(feature(venue, kind="zone", id="L1-N"))
    row["properties"].update(id="island", name="Island")
    row["geometry"]["coordinates"] = [[[100, 100], [110, 100], [110, 110], [100, 110], [100, 100]]]
    return row


# Text to find in gate-closure.yaml (the first match of a pattern), what it becomes, and what the answer must name.
WRONG_SCENARIOS = [
    ("unknown key", r"^seed:", "sead:", "sead"),
    ("seed of letters", r"^seed:.*", "seed: many", "seed"),
    ("negative seed", r"^seed:.*", "seed: -4", "seed"),
    ("seed twice", r"^seed:.*", "seed: 1\nseed: 2", "seed"),
    ("no venue", r"^venue:.*\n", "", "venue"),
    ("venue that is not there", r"^venue:.*", "venue: venues/atlantis.geojson", "atlantis"),
    ("no start", r"^start:.*\n", "", "start"),
    ("a start that is no time", r"^start:.*", "start: kick-off", "start"),
    ("no duration", r"^duration:.*\n", "", "duration"),
    ("no time at all", r"^duration:.*", "duration: 0:00", "duration"),
    ("a week of it", r"^duration:.*", "duration: 200:00:00", "duration"),
    ("two full houses", r"^occupancy:.*", "occupancy: 2", "occupancy"),
    ("nobody", r"^occupancy:.*", "occupancy: -0.1", "occupancy"),
    ("more than all follow", r"compliance:.*", "compliance: 1.5", "compliance"),
    ("phase of unknown kind", r"kind: *\w+", "kind: nap", "nap"),
    ("stand that is not there", r"kind: egress,", "kind: evacuation, stands: [Moon],", "Moon"),
    ("gate that is not there", r"gate: *\w+", "gate: G99", "G99"),
    ("a list for a text", r"^title:.*", "title: [a, b]", "title"),
    ("a text for a list", r"^phases:(\n[ -].*)+", "phases: none", "phases"),
    ("an open bracket", r"^title:.*", "title: [a", ""),
    ("a tab for spaces", r"^title:", "\ttitle:", ""),
    ("not YAML at all", r"(?s).*", "\x00\x01", ""),
    ("nothing", r"(?s).*", "", ""),
]


class BadInput(Case):
    def test_wrong_venues(self):
        good = json.loads(SMALL_GROUND.read_text())
        sentences = set()
        for name, spoil, names in WRONG_VENUES:
            with self.subTest(name):
                venue = copy.deepcopy(good)
                spoil(venue)
                path = self.folder / "wrong.geojson"
                path.write_text(json.dumps(venue, indent=1))
                result = run("tifo", "venue", "check", path)
                self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
                said = (result.stdout + result.stderr).replace(str(path), "wrong.geojson")
                self.assertIn("wrong.geojson", said)
                self.assertIn(names, said)
                sentences.add(said)
                out = self.folder / "out"
                result = run("tifo-sim", "run", SCENARIOS / "evacuation.yaml", "--venue", path, "--out", out)
                self.assertEqual(result.returncode, 1, "the simulator took it")
                self.assertFalse(out.exists())
        self.assertEqual(len(sentences), len(WRONG_VENUES), "each its own sentence")
        path = self.folder / "wrong.geojson"
        path.write_text(SMALL_GROUND.read_text()[:1000])
        result = run("tifo", "venue", "check", path)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stdout + result.stderr, r"wrong\.geojson:\d+:\d+: ")

    def test_wrong_scenarios(self):
        good = (SCENARIOS / "gate-closure.yaml").read_text()
        sentences = set()
        for name, pattern, becomes, names in WRONG_SCENARIOS:
            with self.subTest(name):
                text, changed = re.subn(pattern, lambda _: becomes, good, count=1, flags=re.MULTILINE)
                self.assertEqual(changed, 1, "the scenario has no such line")
                folder = self.folder / name
                (folder / "venues").mkdir(parents=True)
                shutil.copy(SCENARIOS / "venues" / "bowl-5000.geojson", folder / "venues")
                path = folder / "wrong.yaml"
                path.write_text(text)
                result = run("tifo-sim", "run", path, "--out", folder / "out", "--quiet", timeout=20)
                self.assertEqual(result.returncode, 1, result.stderr)
                self.assertRegex(result.stderr, r"(wrong\.yaml:\d+(:\d+)?|atlantis\.geojson): ")
                self.assertIn(names, result.stderr)
                sentences.add(re.sub(r"^.*wrong\.yaml:\S+ ", "", result.stderr))
                self.assertFalse((folder / "out").exists())
        self.assertGreaterEqual(len(sentences), 20, sentences)

    def test_files_that_are_not_there(self):
        missing = self.folder / "missing"
        for program, *arguments in (
            ("tifo", "venue", "check", missing),
            ("tifo-sim", "run", missing, "--out", self.folder / "out"),
            ("tifo-sim", "report", "--with", missing, "--out", self.folder / "out"),
        ):
            result = run(program, *arguments)
            self.assertEqual(result.returncode, 1, result.stderr)
            self.assertIn(str(missing), result.stderr + result.stdout)
            self.assertIn("No such file", result.stderr + result.stdout)

    def test_bad_usage(self):
        for program in ("tifod", "tifo", "tifo-sim", "tifo-twin"):
            result = run(program, "--frobnicate")
            self.assertEqual(result.returncode, 2, program)
            self.assertIn("--frobnicate", result.stderr)
            self.assertIn("--help", result.stderr)
            for option in ("--help", "--version"):
                result = run(program, option)
                self.assertEqual((result.returncode, result.stderr), (0, ""), program)
                self.assertIn(program, result.stdout)

    def test_busy_port(self):
        with socket.socket() as busy:
            busy.bind(("127.0.0.1", 0))
            busy.listen()
            address = "127.0.0.1:%d" % busy.getsockname()[1]
            result = run("tifod", "--listen", address, "--data", self.folder / "data")
        self.assertEqual(result.returncode, 1)
        self.assertIn(address, result.stderr)
        self.assertIn("in use", result.stderr)

    def test_second_server_on_the_same_data(self):
        server = self.serve(self.folder / "data")
        result = run("tifod", "--listen", "127.0.0.1:0", "--data", self.folder / "data")
        self.assertEqual(result.returncode, 1)
        self.assertIn(str(self.folder / "data"), result.stderr)
        self.assertEqual(server.stop(), 0)

    def test_no_server(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = "127.0.0.1:%d" % free.getsockname()[1]
        for program, *arguments in (
            ("tifo", "crowd"),
            ("tifo-sim", "run", SCENARIOS / "evacuation.yaml", "--venue", SMALL_GROUND, "--out", self.folder / "out"),
            ("tifo-twin", "--headless", "--wait", "1", "--out", self.folder / "out"),
        ):
            result = run(program, *arguments, "--server", address)
            self.assertEqual(result.returncode, 1, result.stderr)
            self.assertIn(address, result.stderr)
            self.assertIn("tifod", result.stderr)
        self.assertFalse((self.folder / "out").exists())

    def test_no_display(self):
        env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")}
        server = self.serve(self.folder / "data")
        result = run("tifo-twin", "--server", server.address, env=env)
        server.stop()
        self.assertEqual(result.returncode, 1)
        self.assertIn("display", result.stderr)
        self.assertIn("--headless", result.stderr)

    @unittest.skipUnless(os.geteuid() == 0, "mounting a small tmpfs needs root")
    def test_full_disk_stops_the_server_and_loses_nothing(self):
        small = self.folder / "small"
        small.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small]).returncode:
            self.skipTest("mount refused: no tmpfs can be had here")
        try:
            server = self.serve(small / "data", beside=self.folder)
            sim = subprocess.run(
                [BIN / "tifo-sim", "run", SCENARIOS / "halftime.yaml", "--venue", SMALL_GROUND, "--quiet",
                 "--server", server.address, "--out", self.folder / "out"],
                capture_output=True, text=True, timeout=300)
            self.assertEqual(server.ended(), 1, server.said())
            self.assertIn("disk", server.said())
            self.assertEqual(sim.returncode, 1, "the simulator had no server")
            self.assertFalse((self.folder / "out").exists())
            # What was acknowledged is there once there is room again.
            shutil.copytree(small / "data", self.folder / "copy")
            self.assertGreater(int(digest(self.folder / "copy")[0]), 10)
        finally:
            subprocess.run(["umount", small], check=True)

    def test_full_disk_leaves_no_half_report(self):
        if os.geteuid() != 0:
            self.skipTest("mounting a small tmpfs needs root")
        small = self.folder / "small"
        small.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small]).returncode:
            self.skipTest("mount refused: no tmpfs can be had here")
        try:
            result = run("tifo-sim", "run", SCENARIOS / "evacuation.yaml", "--venue", SMALL_GROUND, "--quiet",
                         "--out", small / "out")
            self.assertEqual(result.returncode, 1)
            self.assertIn(str(small / "out"), result.stderr)
            self.assertEqual(list(small.iterdir()), [])
        finally:
            subprocess.run(["umount", small], check=True)


if __name__ == "__main__":
    unittest.main()
