"""Evacuations in design mode: no exit, and no other door, passes more than its code rate in any ten seconds,
and all the same everybody gets out."""

import json
import math
import pathlib
import unittest

from programs import LONG, SCENARIOS, SMALL_GROUND, Case, figures, run

BIG_GROUND = SCENARIOS / "venues" / "bowl-60000.geojson"
# People a metre and second on the level and by stairs; metres of no use at each side.
CODES = {"green-guide": (82 / 60, 66 / 60, 0), "imo": (1.3, 0.88, 0), "sfpe": (1.3, 1.01, 0.15)}


class Design(Case):
    def evacuate(self, ground, design):
        """run.json of an evacuation that has as long as it takes."""
        text = (SCENARIOS / "evacuation.yaml").read_text()
        for old, new in [("seed: 1\n", f"seed: 1\ndesign: {design}\n"), ("duration: 15:00", "duration: 60:00"),
                         ("to: 15:00", "to: 60:00"), ("venue: venues/bowl-5000.geojson", f"venue: {ground}")]:
            self.assertEqual(text.count(old), 1, old)
            text = text.replace(old, new)
        scenario = pathlib.Path(self.folder, f"{design}.yaml")
        scenario.write_text(text)
        done = run("tifo-sim", "run", scenario, "--out", f"{self.folder}/{design}", "--quiet", timeout=3600)
        self.assertEqual(done.returncode, 0, done.stderr)
        return figures(f"{self.folder}/{design}")

    def check(self, ground, design):
        level_pms, stairs_pms, boundary_m = CODES[design]
        result = self.evacuate(ground, design)
        self.assertEqual(result["design"], design)
        self.assertEqual(result["done"], result["travellers"])
        self.assertEqual(sum(gate["people_out"] for gate in result["gates"]), result["travellers"])
        geojson = json.loads(ground.read_text())
        blocks = {feature["properties"].get("name") or feature["properties"]["id"]
                  for feature in geojson["features"] if feature["properties"].get("kind") == "block"}
        gates = {gate["id"] for gate in result["gates"]}
        shares = {}
        for door in result["doors"]:
            if not {door["from"], door["to"]}.isdisjoint(blocks):
                continue  # where rows end: seats, not a door
            rate = stairs_pms if door["stepped"] else level_pms
            cap = 10 * rate * (door["width_m"] - 2 * boundary_m)
            self.assertLessEqual(door["busiest_10s"], math.floor(cap + 1e-6), door["id"])
            shares[door["id"]] = door["busiest_10s"] / cap
        self.assertLessEqual(gates, set(shares))
        self.assertGreater(max(shares.values()), 0.9)  # the cap was felt
        print(f"{ground.name}, {design}: {result['done']} people out, 98 % in {result['clearance_s']:.0f} s; the most of any "
              f"ten seconds: exits {max(shares[g] for g in gates):.1%}, all {len(shares)} doors {max(shares.values()):.1%} "
              "of the code's value")
        return result

    def test_no_exit_passes_more_than_its_code_rate(self):
        for design in CODES:
            with self.subTest(design=design):
                self.check(SMALL_GROUND, design)

    def test_without_a_design_the_same_doors_pass_more(self):
        result = self.evacuate(SMALL_GROUND, "none")
        self.assertGreater(max(door["busiest_10s"] / door["width_m"] for door in result["doors"]), 10 * 82 / 60)

    @unittest.skipUnless(LONG, "60,000 seats take minutes")
    def test_nor_on_the_big_ground(self):
        self.check(BIG_GROUND, "green-guide")


if __name__ == "__main__":
    unittest.main()
