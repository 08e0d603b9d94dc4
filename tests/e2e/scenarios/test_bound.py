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

    def check(self, ground, server, closed, stands=("",)):
        """Stands: what the names of those that leave begin with."""
        bound = self.bound(server)
        full = {len(ground.zones) + i: block["seats"] for i, block in enumerate(ground.venue["blocks"])
                if block["stand"].startswith(tuple(stands))}
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

    def test_an_evacuation_by_stages(self):
        """Who is not called yet is in no bound and has no split; when called, they are."""
        path = SCENARIOS / "venues" / "bowl-5000.geojson"
        shown, capacities = self.tifo("venue", "show", path, "--json"), TOP / "sim" / "flow" / "measured.txt"
        ground = load(shown, capacities, evacuates=True)
        server = self.serve(self.folder / "stages")
        self.tifo("venue", "import", path, "--server", server.address)

        def stage(*arguments):
            return self.tifo("phase", "evacuation", *arguments, "--server", server.address)

        def led():
            plan = json.loads(self.tifo("guidance", "--json", "--server", server.address))
            return {split["origin"] - len(ground.zones) for split in plan["splits"]
                    if split["origin"] >= len(ground.zones)}

        def blocks(*stands):
            return {i for i, block in enumerate(ground.venue["blocks"]) if block["stand"].startswith(stands)}

        self.assertIn("16 blocks leave now, 48 stay", stage("--stand", "North"))
        first = self.check(ground, server, [], ["North"])
        self.assertEqual(led(), blocks("North"))
        self.assertIn("32 blocks leave now, 32 stay", stage("--stand", "East lower,West upper", "--add"))
        self.check(ground, server, [], ["North", "East lower", "West upper"])
        self.assertEqual(led(), blocks("North", "East lower", "West upper"))
        self.assertIn("8 blocks leave now, 56 stay", stage("--stand", "South upper"))
        self.check(ground, server, [], ["South upper"])
        self.assertIn("plans lead everybody out", stage())
        everybody = self.check(ground, server, [])
        self.assertEqual(led(), blocks(""))
        print("T*fit of the north stand, and of all:", first["fit_ms"], everybody["fit_ms"])
        self.assertLess(first["fit_ms"], everybody["fit_ms"])
        for wrong, code, said in (
            (("evacuation", "--stand", "Main"), 2, 'no stand that begins with "Main"; it has North lower, '),
            (("evacuation", "--stand", ","), 2, "--stand takes 1 to 1023 bytes of names"),
            (("egress", "--stand", "North"), 2, "--stand is for an evacuation"),
            (("evacuation", "--add"), 2, "--add says nothing without --stand"),
            (("evacuation", "--stand", "North", "--add"), 1, "everybody leaves already"),
        ):
            with self.subTest(wrong):
                result = run("tifo", "phase", *wrong, "--server", server.address)
                self.assertEqual(result.returncode, code)
                self.assertIn(said, result.stderr)

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
