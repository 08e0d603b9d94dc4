"""People buy tickets over gRPC, queue at turnstiles, are scanned and sit down; bad tickets stay outside."""

import json
import unittest

from programs import LONG, SCENARIOS, Case, digest, figures, run, short_arrival

GROUNDS = SCENARIOS / "venues"


class Arrival(Case):
    def arrive(self, file, ground, name="out", timeout=300):
        """Plays it against a tifod; returns run.json, the server's crowd at the end, and the journal's digest."""
        data = self.folder / f"{name}.data"
        server = self.serve(data)
        result = run("tifo-sim", "run", file, "--venue", GROUNDS / f"{ground}.geojson", "--server", server.address,
                     "--out", self.folder / name, "--quiet", timeout=timeout)
        self.assertEqual(result.returncode, 0, result.stderr)
        crowd = run("tifo", "crowd", "--json", "--server", server.address)
        self.assertEqual(crowd.returncode, 0, crowd.stderr)
        self.assertEqual(server.stop(), 0)
        return figures(self.folder / name), json.loads(crowd.stdout), digest(data)

    def check(self, figures, crowd):
        refused = figures["refused_invalid"] + figures["refused_redeemed"]
        self.assertGreater(figures["refused_invalid"], 0)
        self.assertGreater(figures["refused_redeemed"], 0)
        self.assertEqual(figures["refused_other"], 0)
        self.assertEqual(figures["admitted"] + refused, figures["people"])
        self.assertEqual(figures["admitted"], figures["sold"], "one comes in for each ticket sold")
        self.assertEqual(figures["done"], figures["people"])
        self.assertEqual(sum(gate["people_in"] for gate in figures["gates"]), figures["admitted"])
        # The scan has counted them, and nothing else has.
        gates = [int(total) for total in crowd["gate_total_in"]]
        self.assertEqual(gates, [gate["people_in"] for gate in figures["gates"]])

    def test_on_the_shipped_ground(self):
        run, crowd, _ = self.arrive(short_arrival(self.folder, 0.15), "bowl-5000")
        self.assertGreater(run["followed"], 0)
        self.check(run, crowd)

    def test_the_same_seed_sells_and_scans_the_same(self):
        file = short_arrival(self.folder, 0.5)
        first, _, first_digest = self.arrive(file, "four-gates", "first")
        second, _, second_digest = self.arrive(file, "four-gates", "second")
        self.assertEqual(first["hash"], second["hash"])
        self.assertEqual(first_digest, second_digest)

    @unittest.skipUnless(LONG, "a full house takes minutes")
    def test_a_full_house(self):
        for ground in ("bowl-5000", "bowl-60000"):
            with self.subTest(ground):
                self.check(*self.arrive(SCENARIOS / "arrival.yaml", ground, ground, timeout=1800)[:2])


if __name__ == "__main__":
    unittest.main()
