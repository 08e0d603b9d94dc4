"""kill -9 tifod in mid-scenario, start it again on the same data: the scenario goes on, digests agree.

Of arrival that is also while tickets are sold and scanned: nothing is sold, paid or let in twice. How many follow plans
is said beforehand: what a tifod has learnt of that dies with it, and plans would be others."""

import os
import random
import socket
import subprocess
import unittest

from programs import BIN, LONG, SCENARIOS, SMALL_GROUND, Case, digest, figures, short_arrival

SEED = int(os.environ.get("TIFO_SEED", random.randrange(1 << 30)))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Kill(Case):
    def scenario(self, file, name, kills):
        """Runs it against a server that is killed `kills` times; returns run.json, digest, kills."""
        data = self.folder / f"{name}.data"
        chance = random.Random(SEED)
        address = f"127.0.0.1:{free_port()}"
        server = self.serve(data, "--compliance", 0.7, listen=address)
        sim = subprocess.Popen(
            [BIN / "tifo-sim", "run", file, "--venue", SMALL_GROUND, "--seed", "3",
             "--out", self.folder / name, "--server", address, "--quiet"],
            stderr=subprocess.PIPE, text=True,
        )
        done = 0
        while done < kills:
            try:
                sim.wait(chance.uniform(0.2, 0.8))
                break
            except subprocess.TimeoutExpired:
                server.kill()
                server = self.serve(data, "--compliance", 0.7, listen=address)
                done += 1
        _, said = sim.communicate(timeout=900)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(sim.returncode, 0, said)
        return figures(self.folder / name), digest(data), done

    def goes_on(self, file):
        print(f"TIFO_SEED={SEED}")
        whole, whole_digest, _ = self.scenario(file, "whole", 0)
        killed, killed_digest, kills = self.scenario(file, "killed", 10 if LONG else 3)
        print(f"killed {kills} times")
        self.assertGreater(kills, 0)
        self.assertEqual(killed["hash"], whole["hash"])
        self.assertEqual(killed_digest, whole_digest)
        return killed

    def test_going_home_goes_on(self):
        self.goes_on(SCENARIOS / "gate-closure.yaml")

    def test_selling_and_scanning_go_on(self):
        run = self.goes_on(short_arrival(self.folder, 0.4))
        self.assertEqual(run["sold"], run["admitted"])


if __name__ == "__main__":
    unittest.main()
