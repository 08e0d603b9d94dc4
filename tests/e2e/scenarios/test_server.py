"""tifod at rest: small, clean under valgrind from start to drain."""

import pathlib
import shutil
import unittest

from programs import SCENARIOS, SMALL_GROUND, Case, run

IDLE_MOST_KB = 40 * 1024


class AtRest(Case):
    def test_idle_is_small(self):
        server = self.serve(self.folder / "data")
        status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
        resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
        self.assertEqual(server.stop(), 0)
        print(f"resident {resident} kB")
        self.assertLess(resident, IDLE_MOST_KB)

    @unittest.skipUnless(shutil.which("valgrind"), "valgrind is not installed")
    def test_valgrind_from_start_to_drain(self):
        log = self.folder / "valgrind.log"
        server = self.serve(self.folder / "data", wrapper=(
            "valgrind", "--quiet", "--leak-check=full", "--show-leak-kinds=definite,indirect",
            "--errors-for-leak-kinds=definite,indirect", "--error-exitcode=99", f"--log-file={log}"))
        result = run("tifo-sim", "run", SCENARIOS / "evacuation.yaml", "--venue", SMALL_GROUND, "--quiet",
                     "--seed", 1, "--server", server.address, "--out", self.folder / "out", timeout=900)
        code = server.stop(timeout=120)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual((code, log.read_text()), (0, ""))


if __name__ == "__main__":
    unittest.main()
