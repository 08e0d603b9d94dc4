"""Nobody walks through a wall, nobody vanishes, everyone ends in his seat or outside."""

import sqlite3
import unittest

import walk_check
from programs import LONG, SCENARIOS, SMALL_GROUND, Case, figures, run

BIG_GROUND = SCENARIOS / "venues" / "bowl-5000.geojson"


class Trajectories(Case):
    def walk(self, scenario, venue, *options):
        out = self.folder / scenario
        result = run("tifo-sim", "run", SCENARIOS / f"{scenario}.yaml", "--venue", venue, "--out", out,
                     "--quiet", *options, timeout=1200)
        self.assertEqual(result.returncode, 0, result.stderr)
        problems, numbers = walk_check.check(venue, out / "trajectories.sqlite")
        self.assertEqual(problems, [], numbers)
        self.assertEqual(numbers["people"], figures(out)["people"])
        return numbers

    def test_every_step_on_the_small_ground(self):
        for scenario in ("halftime", "gate-closure", "evacuation"):
            with self.subTest(scenario):
                numbers = self.walk(scenario, SMALL_GROUND, "--record-every", 1)
                if scenario == "halftime":
                    self.assertEqual(numbers["outside"], 0)
                else:
                    self.assertEqual(numbers["outside"], numbers["people"])

    def test_the_shipped_ground(self):
        # In its short form at two frames a second, which is what the report's readers get.
        for scenario in ("halftime", "gate-closure", "evacuation") if LONG else ("evacuation",):
            with self.subTest(scenario):
                self.walk(scenario, BIG_GROUND, *(["--record-every", 1] if LONG else []))


class Checker(Case):
    """The checker finds what it is for: a true run, spoilt in each way."""

    def setUp(self):
        super().setUp()
        result = run("tifo-sim", "run", SCENARIOS / "evacuation.yaml", "--venue", SMALL_GROUND,
                     "--out", self.folder / "run", "--quiet", "--record-every", 1)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.path = self.folder / "run" / "trajectories.sqlite"

    def spoilt(self, statement):
        with sqlite3.connect(self.path) as db:
            self.assertGreater(db.execute(statement).rowcount, 0)
        return " ".join(walk_check.check(SMALL_GROUND, self.path)[0])

    def test_finds_a_person_outside_the_ground(self):
        self.assertIn("is not in", self.spoilt(
            "UPDATE trajectory_data SET pos_x = pos_x + 500 WHERE frame = 300"))

    def test_finds_a_person_who_vanishes(self):
        self.assertIn("vanishes", self.spoilt(
            "DELETE FROM trajectory_data WHERE id = (SELECT max(id) FROM trajectory_data) AND frame > 200"))

    def test_finds_a_jump(self):
        self.assertRegex(self.spoilt(
            "DELETE FROM trajectory_data WHERE id = (SELECT max(id) FROM trajectory_data)"
            " AND frame BETWEEN 250 AND 400"), "is gone|jumps")

    def test_finds_a_place_entered_without_a_door(self):
        # From frame 150 on, some are where they will be at the end: outside, without having passed a gate.
        last = "(SELECT {} FROM trajectory_data t WHERE t.id = trajectory_data.id ORDER BY frame DESC LIMIT 1)"
        columns = ", ".join(f"{name} = {last.format(name)}" for name in ("place", "pos_x", "pos_y"))
        self.assertIn("where nothing joins them", self.spoilt(
            f"UPDATE trajectory_data SET {columns} WHERE frame > 150 AND id % 10 = 0"))


if __name__ == "__main__":
    unittest.main()
