"""tifod at rest: small, clean under valgrind from start to drain."""

import contextlib
import pathlib
import shutil
import socket
import unittest

from programs import SCENARIOS, SMALL_GROUND, Case, run

IDLE_MOST_KB = 40 * 1024
CONNECTIONS, CONNECTION_MOST_KB = 500, 32
HELLO = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"  # The preface, and empty SETTINGS.


def resident_kb(server):
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


class AtRest(Case):
    def test_idle_is_small(self):
        server = self.serve(self.folder / "data")
        resident = resident_kb(server)
        self.assertEqual(server.stop(), 0)
        print(f"resident {resident} kB")
        self.assertLess(resident, IDLE_MOST_KB)

    def test_connections_are_small(self):
        server = self.serve(self.folder / "data")
        host, port = server.address.rsplit(":", 1)
        with contextlib.ExitStack() as open_ones:
            def connect():
                connection = open_ones.enter_context(socket.create_connection((host, int(port)), timeout=60))
                connection.sendall(HELLO)
                self.assertTrue(connection.recv(9))  # Its SETTINGS: the connection stands.
            connect()
            before = resident_kb(server)
            for _ in range(CONNECTIONS):
                connect()
            each = (resident_kb(server) - before) / CONNECTIONS
        self.assertEqual(server.stop(), 0)
        print(f"{each:.1f} kB a connection")
        self.assertLess(each, CONNECTION_MOST_KB)

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
