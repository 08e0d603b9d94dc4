"""T*bound comes with every plan over the API, and a verifier that shares nothing with the planner believes it."""

import json
import random
import unittest

from programs import LONG, SCENARIOS, SMALL_GROUND, TOP, Case, run
from verify_bound import faults, load

GROUNDS = [SMALL_GROUND, SCENARIOS / "venues" / "bowl-5000.geojson"]
if LONG:
    GROUNDS.append(SCENARIOS / "venues" / "bowl-60000.geojson")


class Bound(Case):
    def tifo(self, *arguments):
        result = run("tifo", *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def bound(self, server):
        """Of the plan in force: under a driven clock it is there, and exact, before anything else is answered."""
        return json.loads(self.tifo("guidance", "--json", "--server", server.address))["bound"]

    def check(self, ground, server, closed):
        bound = self.bound(server)
        full = {len(ground.zones) + i: block["seats"] for i, block in enumerate(ground.venue["blocks"])}
        self.assertEqual(faults(ground, full, closed, bound), [], bound)
        self.assertTrue(bound["exact"])
        return bound

    def test_every_closure(self):
        dice = random.Random(1)
        for path in GROUNDS:
            with self.subTest(path.stem):
                ground = load(self.tifo("venue", "show", path, "--json"), TOP / "sim" / "flow" / "measured.txt")
                server = self.serve(self.folder / path.stem)
                self.tifo("venue", "import", path, "--server", server.address)
                bounds = [self.check(ground, server, [])]
                gates = list(range(len(ground.venue["gates"])))
                dice.shuffle(gates)
                self.dry_run(ground, server, bounds[0])
                closed = []
                for gate in gates[: len(gates) // 2]:
                    self.tifo("gate", "close", ground.venue["gates"][gate]["gate_id"], "--server", server.address)
                    closed.append(gate)
                    bounds.append(self.check(ground, server, closed))
                    self.assertGreaterEqual(bounds[-1]["fit_ms"], bounds[-2]["fit_ms"])
                    self.assertGreaterEqual(bounds[-1]["bound_ms"], bounds[-2]["bound_ms"])
                print(path.stem, "T*fit and T*bound, gate by gate shut:",
                      [(b["fit_ms"] / 1e3, b["bound_ms"] / 1e3) for b in bounds])
                self.lies(ground, closed, bounds[-1])

    def test_lanes_are_opened_in_an_evacuation(self):
        venue = json.loads(SMALL_GROUND.read_text())
        for feature in venue["features"]:
            if feature["properties"]["kind"] == "gate":
                feature["properties"].update(exit_limited=True, exit_capacity_ppm=20)
        path = self.folder / "lanes.geojson"
        path.write_text(json.dumps(venue))
        shown, capacities = self.tifo("venue", "show", path, "--json"), TOP / "sim" / "flow" / "measured.txt"
        server = self.serve(self.folder / "lanes")
        self.tifo("venue", "import", path, "--server", server.address)
        self.tifo("phase", "egress", "--server", server.address)
        egress = self.check(load(shown, capacities), server, [])
        told = self.tifo("phase", "evacuation", "--label", "everybody out", "--server", server.address)
        self.assertIn("evacuation", told)
        evacuation = self.check(load(shown, capacities, evacuates=True), server, [])
        print("T*fit with lanes of 20 a minute, and with them opened:", egress["fit_ms"], evacuation["fit_ms"])
        self.assertLess(evacuation["fit_ms"], egress["fit_ms"] / 3)
        wrong = run("tifo", "phase", "halftime", "--server", server.address)
        self.assertEqual(wrong.returncode, 2)
        self.assertIn('"halftime" is no phase; use entry, play, break, egress or evacuation', wrong.stderr)

    def dry_run(self, ground, server, before):
        """What would be is told, and is what then comes; nothing changes by asking."""
        name = ground.venue["gates"][0]["gate_id"]
        told = json.loads(self.tifo("gate", "close", name, "--dry-run", "--json", "--server", server.address))
        self.assertEqual(self.bound(server), before)
        self.assertEqual(told["present"], before)
        full = {len(ground.zones) + i: block["seats"] for i, block in enumerate(ground.venue["blocks"])}
        self.assertEqual(faults(ground, full, [0], told["plan"]["bound"]), [])
        for split in told["plan"]["splits"]:
            if split["purpose"] == "PURPOSE_EXIT":
                self.assertNotIn(0, split["destination"])
        self.tifo("gate", "close", name, "--server", server.address)
        after = self.bound(server)
        self.assertEqual({**after, "exact": 0, "fit_ms": 0}, {**told["plan"]["bound"], "exact": 0, "fit_ms": 0})
        self.tifo("gate", "open", name, "--server", server.address)
        self.assertEqual(self.bound(server), before)

    def lies(self, ground, closed, bound):
        """The verifier sees what is wrong."""
        full = {len(ground.zones) + i: block["seats"] for i, block in enumerate(ground.venue["blocks"])}
        for wrong in ({"bound_ms": bound["bound_ms"] + 1000}, {"bound_ms": bound["bound_ms"] - 1000},
                      {"cut_people": bound["cut_people"] - 1}, {"cut_gate": bound["cut_gate"][1:]},
                      {"cut_capacity_ppm": bound["cut_capacity_ppm"] * 0.98}, {"fit_ms": 1}):
            self.assertNotEqual(faults(ground, full, closed, {**bound, **wrong}), [], wrong)


if __name__ == "__main__":
    unittest.main()
