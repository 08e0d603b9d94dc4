"""Guidance never costs more than 2 % of the clearance, and saves 15 % where a gate is shut."""

import statistics
import unittest
from concurrent.futures import ThreadPoolExecutor

from programs import LONG, SCENARIOS, Case, figures, run

SEEDS = range(1, 6) if LONG else range(1, 3)
MOST = {"halftime": 1.02, "gate-closure": 0.85, "evacuation": 1.02, "evacuation-stages": 1.02}


class GuidancePays(Case):
    def clearance(self, scenario, seed, guided):
        out = self.folder / f"{scenario}-{seed}-{guided}"
        arguments = ["run", SCENARIOS / f"{scenario}.yaml", "--seed", seed, "--out", out, "--quiet"]
        server = self.serve(self.folder / f"{out.name}.data") if guided else None
        try:
            result = run("tifo-sim", *arguments, *(["--server", server.address] if guided else []), timeout=1200)
        finally:
            if server:
                server.stop()
        self.assertEqual(result.returncode, 0, result.stderr)
        return figures(out)["clearance_s"]

    def test_mean_over_seeds(self):
        for scenario, most in MOST.items():
            with self.subTest(scenario), ThreadPoolExecutor(2) as pool:
                guided = list(pool.map(lambda seed: self.clearance(scenario, seed, True), SEEDS))
                alone = list(pool.map(lambda seed: self.clearance(scenario, seed, False), SEEDS))
                ratio = statistics.mean(guided) / statistics.mean(alone)
                print(f"{scenario}: with {guided} s, without {alone} s, ratio {ratio:.3f}")
                self.assertLessEqual(ratio, most)


if __name__ == "__main__":
    unittest.main()
