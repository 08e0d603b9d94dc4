"""`tifo-sim what-if` and `calibrate` as a planner runs them, and sweeps of other people's scenarios."""

import json
import pathlib
import unittest

from programs import SCENARIOS, SMALL_GROUND, Case, run

# A room of 10 x 8 m, left through an exit on its right-hand side.
VADERE = {
    "name": "room", "release": "2.4",
    "scenario": {
        "attributesSimulation": {"finishTime": 120.0, "useFixedSeed": False},
        "topography": {
            "attributes": {"bounds": {"x": 0, "y": 0, "width": 14, "height": 8}, "boundingBoxWidth": 0.5},
            "obstacles": [],
            "targets": [{"id": 1, "absorbing": True,
                         "shape": {"type": "RECTANGLE", "x": 12, "y": 3, "width": 1, "height": 2}}],
            "sources": [{"id": 2, "shape": {"type": "RECTANGLE", "x": 1, "y": 1, "width": 5, "height": 6},
                         "interSpawnTimeDistribution": "constant", "distributionParameters": [1],
                         "spawnNumber": 20, "startTime": 0, "endTime": 0, "spawnAtRandomPositions": True,
                         "maxSpawnNumberTotal": -1, "targetIds": [1]}],
            "dynamicElements": [],
        },
    },
}


class WhatIf(Case):
    def small(self, **changes):
        """The evacuation on the small ground, with other lines."""
        text = (SCENARIOS / "evacuation.yaml").read_text()
        text = text.replace("venue: venues/bowl-5000.geojson", f"venue: {SMALL_GROUND}")
        for old, new in changes.values():
            self.assertIn(old, text)
            text = text.replace(old, new)
        path = self.folder / "small.yaml"
        path.write_text(text)
        return path

    def test_variants_are_answered_in_milliseconds_and_in_order(self):
        file = self.folder / "answers.json"
        done = run("tifo-sim", "what-if", SCENARIOS / "evacuation.yaml", "--set", "occupancy=0.3..0.9:0.3",
                   "--set", "people.nearest-gate=0,1", "--json", file)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"error: against the engine .* \d+ % off on average, \d+ % at most")
        answers = json.loads(file.read_text())
        self.assertGreater(answers["error_mean"], 0)
        variants = answers["variants"]
        self.assertEqual([v["variant"] for v in variants[:2]], ["as it is", "occupancy=0.3 people.nearest-gate=0"])
        self.assertEqual(len(variants), 1 + 3 * 2)
        clearance = {v["variant"]: v["clearance_s"] for v in variants}
        for near in "01":
            times = [clearance[f"occupancy={share} people.nearest-gate={near}"] for share in ("0.3", "0.6", "0.9")]
            self.assertEqual(times, sorted(times))
            self.assertLess(times[0], times[2])
        for v in variants:
            self.assertLessEqual(v["t_fit_s"], v["clearance_s"] * 1.02)
            self.assertLessEqual(v["t_bound_s"], v["t_fit_s"])
            self.assertGreater(v["t_bound_s"], 0)
            self.assertLess(v["took_ms"], 2000)  # the engine takes tens of seconds
            self.assertAlmostEqual(sum(g["people"] for g in v["gates"]), v["people"], delta=1)

    def test_turnstile_lanes(self):
        done = run("tifo-sim", "what-if", SCENARIOS / "arrival.yaml", "--set", "gates.G4.lanes=6")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"(?m)^gates\.G4\.lanes=6 ")
        self.assertRegex(done.stdout, r"(?m)^G4 .*")

    def test_a_comparison_with_the_engine_writes_its_error(self):
        out = self.folder / "capacities.txt"
        done = run("tifo-sim", "calibrate", "--no-elements", "--against", self.small(), "--out", out)
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = [line.split() for line in out.read_text().splitlines() if line.startswith("error ")]
        self.assertEqual([row[:4] for row in rows], [["error", "leave", "4", "8"]])
        mean, worst = float(rows[0][5]), float(rows[0][6])
        said = [abs(float(line.split()[-2])) / 100 for line in done.stdout.splitlines() if "engine" in line and " s: " in line]
        self.assertEqual(len(said), 4)
        self.assertAlmostEqual(max(said), worst, delta=0.001)
        self.assertAlmostEqual(sum(said) / 4, mean, delta=0.001)
        asked = run("tifo-sim", "what-if", self.small(), "--capacities", out)
        self.assertIn(f"{mean * 100:.0f} % off on average", asked.stdout)

    def test_what_cannot_be_asked_is_said(self):
        for arguments, code, named in [
            (["what-if"], 2, "YAML"),
            (["what-if", SCENARIOS / "halftime.yaml"], 1, "tifo-sim run"),
            (["what-if", SCENARIOS / "arrival.yaml", "--set", "gates.G99.lanes=2"], 1, "no such gate"),
            (["what-if", SCENARIOS / "arrival.yaml", "--set", "occupancy"], 1, "KEY=VALUES"),
            (["what-if", SCENARIOS / "arrival.yaml", "--capacities", SMALL_GROUND], 1, "four-gates.geojson:1"),
            (["calibrate"], 2, "--out"),
            (["calibrate", "--out", self.folder / "c", "--element", "slide"], 1, "slide"),
            (["calibrate", "--out", self.folder / "c", "--seeds", "0"], 2, "--seeds"),
            (["calibrate", "--out", self.folder / "c", "--set-of-parameters", "dance"], 2, "dance"),
            (["calibrate", "--out", self.folder / "no" / "c", "--element", "door", "--seeds", "1"], 1, "cannot be written"),
            (["run", SCENARIOS / "evacuation.yaml", "--out", self.folder / "r", "--set-of-parameters", "dance"], 2, "dance"),
        ]:
            done = run("tifo-sim", *arguments)
            self.assertEqual(done.returncode, code, (arguments, done.stderr))
            self.assertIn(named, done.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_another_simulators_scenario_is_swept_with_either_set(self):
        scenario = self.folder / "room.scenario"
        scenario.write_text(json.dumps(VADERE))
        means = {}
        for name in ("experiment", "weidmann"):
            file = self.folder / f"{name}.json"
            done = run("tifo-sim", "sweep", scenario, "--seeds", "4", "--set-of-parameters", name, "--quiet",
                       "--out", self.folder / name, "--json", file)
            self.assertEqual(done.returncode, 0, done.stderr)
            variant, = json.loads(file.read_text())["variants"]
            self.assertEqual(variant["clearance"]["runs"], 4)
            self.assertGreater(len(set(variant["travel_mean"]["by_seed"])), 1)
            self.assertGreater(variant["travel_p95"]["mean"], variant["travel_mean"]["mean"])
            means[name] = variant["clearance"]["mean"]
        self.assertNotEqual(means["experiment"], means["weidmann"])
        refused = run("tifo-sim", "sweep", scenario, "--set", "occupancy=1", "--out", self.folder / "x")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("--set", refused.stderr)


if __name__ == "__main__":
    unittest.main()
