"""Nobody walks through a wall, nobody vanishes, everyone ends in his seat or outside."""

import re
import sqlite3
import unittest

import walk_check
from programs import LONG, SCENARIOS, SMALL_GROUND, Case, figures, run

SHIPPED_GROUND = SCENARIOS / "venues" / "bowl-5000.geojson"
BIG_GROUND = SCENARIOS / "venues" / "bowl-60000.geojson"
EVERY = ("arrival", "halftime", "gate-closure", "evacuation")


class Trajectories(Case):
    def walk(self, scenario, venue, *options):
        return self.walk_file(SCENARIOS / f"{scenario}.yaml", venue, *options)

    def walk_file(self, path, venue, *options):
        out = self.folder / path.stem
        result = run("tifo-sim", "run", path, "--venue", venue, "--out", out,
                     "--quiet", *options, timeout=1200)
        self.assertEqual(result.returncode, 0, result.stderr)
        problems, numbers = walk_check.check(venue, out / "trajectories.sqlite")
        self.assertEqual(problems, [], numbers)
        self.assertEqual(numbers["people"], figures(out)["people"])
        return numbers

    def test_every_step_on_the_small_ground(self):
        for scenario in EVERY:
            with self.subTest(scenario):
                numbers = self.walk(scenario, SMALL_GROUND, "--record-every", 1)
                if scenario == "halftime":
                    self.assertEqual(numbers["outside"], 0)
                elif scenario == "arrival":
                    run = figures(self.folder / scenario)
                    refused = run["refused_invalid"] + run["refused_redeemed"]
                    self.assertGreater(refused, 0)
                    self.assertEqual(numbers["outside"], refused)
                else:
                    self.assertEqual(numbers["outside"], numbers["people"])

    def test_the_shipped_ground(self):
        # In its short form at two frames a second, which is what the report's readers get.
        for scenario in EVERY if LONG else EVERY[1:]:
            with self.subTest(scenario):
                self.walk(scenario, SHIPPED_GROUND, *(["--record-every", 1] if LONG else []))

    @unittest.skipUnless(LONG, "60,000 seats take minutes")
    def test_the_big_ground(self):
        for scenario in EVERY:
            with self.subTest(scenario):
                # Without guidance not all of them get there in a scenario's own time.
                text = (SCENARIOS / f"{scenario}.yaml").read_text(encoding="utf-8")
                duration = re.search(r"^duration: (\S+)$", text, re.MULTILINE).group(1)
                path = self.folder / f"{scenario}.yaml"
                path.write_text(re.sub(rf"\b{duration}\b", "2:00:00", text), encoding="utf-8")
                numbers = self.walk_file(path, BIG_GROUND)
                self.assertEqual(numbers["people"], 56977)


class Checker(Case):
    """The checker finds what it is for: a true run, spoilt in each way."""

    def record(self, name, every):
        result = run("tifo-sim", "run", SCENARIOS / "evacuation.yaml", "--venue", SMALL_GROUND,
                     "--out", self.folder / name, "--quiet", "--record-every", every)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.path = self.folder / name / "trajectories.sqlite"

    def setUp(self):
        super().setUp()
        self.record("run", 1)
        with sqlite3.connect(self.path) as db:
            db.execute("CREATE INDEX person ON trajectory_data(id, frame)")
            # The frame in which most people walk, and one of them.
            self.frame, self.person = db.execute(
                "SELECT frame, max(id) FROM trajectory_data WHERE frame > 0 GROUP BY frame"
                " ORDER BY count(*) DESC LIMIT 1").fetchone()

    def spoilt(self, statement):
        with sqlite3.connect(self.path) as db:
            values = {"frame": self.frame, "person": self.person}
            self.assertGreater(db.execute(statement, values).rowcount, 0)
        return " ".join(walk_check.check(SMALL_GROUND, self.path)[0])

    def test_finds_a_person_outside_the_ground(self):
        self.assertIn("is not in", self.spoilt(
            "UPDATE trajectory_data SET pos_x = pos_x + 500 WHERE id = :person AND frame = :frame"))

    def test_finds_a_person_who_vanishes(self):
        self.assertIn("vanishes", self.spoilt(
            "DELETE FROM trajectory_data WHERE id = :person AND frame > :frame"))

    def test_finds_a_person_who_is_gone_for_a_while(self):
        self.assertIn("is gone", self.spoilt(
            "DELETE FROM trajectory_data WHERE id = :person AND frame BETWEEN :frame + 1 AND :frame + 50"))

    def test_finds_a_person_who_appears(self):
        self.assertIn("appears from nowhere", self.spoilt(
            "UPDATE trajectory_data SET id = 99999 WHERE id = :person AND frame > :frame"))

    def test_finds_a_jump_into_a_place_without_a_door(self):
        # From that frame on the person is where it will be in the end: outside, and through no gate.
        last = "(SELECT {} FROM trajectory_data WHERE id = :person ORDER BY frame DESC LIMIT 1)"
        columns = ", ".join(f"{name} = {last.format(name)}" for name in ("place", "pos_x", "pos_y"))
        said = self.spoilt(f"UPDATE trajectory_data SET {columns} WHERE id = :person AND frame > :frame")
        self.assertIn("jumps", said)
        self.assertIn("where nothing joins them", said)

    def test_finds_it_in_few_frames_too(self):
        # One in six seconds: a step is no straight line, but a gate may be too far away for it.
        self.record("coarse", 60)
        with sqlite3.connect(self.path) as db:
            self.frame, self.person = db.execute(
                "SELECT min(frame), id FROM trajectory_data WHERE frame > 0 GROUP BY id"
                " ORDER BY max(pos_x) - min(pos_x) + max(pos_y) - min(pos_y) DESC LIMIT 1").fetchone()
        self.assertEqual(walk_check.check(SMALL_GROUND, self.path)[0], [])
        self.test_finds_a_jump_into_a_place_without_a_door()


class Walls(unittest.TestCase):
    def test_a_step_across_a_corner_is_through_the_wall(self):
        corner = walk_check.Place("L", "zone", [[(0, 0), (10, 0), (10, 2), (2, 2), (2, 10), (0, 10)]])
        self.assertTrue(corner.step_crosses_wall((2.3, 1.9), (1.9, 2.3)))
        self.assertTrue(corner.step_crosses_wall((2.3, 1.8), (2.3, 2.3)))
        self.assertFalse(corner.step_crosses_wall((1.9, 1.8), (1.9, 2.3)))
        self.assertFalse(corner.step_crosses_wall((2.3, 1.95), (2.6, 1.95)))
        self.assertFalse(corner.holds(2.3, 2.3))
        self.assertTrue(corner.holds(2.0, 5.0))


if __name__ == "__main__":
    unittest.main()
