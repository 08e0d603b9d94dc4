"""The built programs, as the end-to-end tests run them: own folders, free ports, nothing left behind."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[3]
BIN = pathlib.Path(os.environ.get("TIFO_BIN", TOP / "build" / "bin"))
SCENARIOS = TOP / "scenarios"
SMALL_GROUND = SCENARIOS / "venues" / "four-gates.geojson"
LONG = bool(os.environ.get("TIFO_LONG"))


def run(program, *arguments, timeout=300, **options):
    """Runs a program to its end; the result has returncode, stdout and stderr."""
    command = [str(BIN / program), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, **options)


class Server:
    """A tifod on a free port, its data in a folder that may outlive it."""

    def __init__(self, data, *arguments, listen="127.0.0.1:0", wrapper=(), beside=None):
        self.data = pathlib.Path(data)
        beside = pathlib.Path(beside or self.data.parent)
        self.port_file = beside / (self.data.name + ".port")
        self.port_file.unlink(missing_ok=True)
        self.log = open(beside / (self.data.name + ".log"), "ab")
        self.process = subprocess.Popen(
            [*wrapper, str(BIN / "tifod"), "--listen", listen, "--clock", "driven",
             "--data", str(self.data), "--port-file", str(self.port_file), *map(str, arguments)],
            stderr=self.log,
        )
        while not (self.port_file.exists() and self.port_file.stat().st_size):
            if self.process.poll() is not None:
                raise AssertionError("tifod ended at once: " + self.said())
            try:
                self.process.wait(0.01)
            except subprocess.TimeoutExpired:
                pass
        self.address = self.port_file.read_text().strip()

    def said(self):
        return pathlib.Path(self.log.name).read_text()

    def kill(self):
        """SIGKILL; nothing happens when it has ended before."""
        self.process.kill()
        self.process.wait()
        self.log.close()

    def ended(self, timeout=60):
        """Waits until it ends by itself; returns the exit code."""
        code = self.process.wait(timeout)
        self.log.close()
        return code

    def stop(self, timeout=60):
        """SIGTERM; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.ended(timeout)


def digest(data):
    """What a replay of the journal gives: "seq digest now_ms"."""
    result = run("tifod", "digest", "--data", data)
    assert result.returncode == 0, result.stderr
    return result.stdout.split()


def figures(folder):
    """run.json of a finished run."""
    return json.loads((pathlib.Path(folder) / "run.json").read_text())


def short_arrival(folder, occupancy):
    """The shipped arrival in a twelfth of its time, for a part of the people, one in five with a bad ticket."""
    text = (SCENARIOS / "arrival.yaml").read_text()
    for old, new in (
        ("duration: 1:50:00", "duration: 10:00"),
        ("occupancy: 0.95", f"occupancy: {occupancy}"),
        ("to: 1:30:00}", "to: 8:00}"),
        ("from: 1:30:00, to: 1:50:00", "from: 8:00, to: 10:00"),
        ("peak: 1:00:00, to: 1:25:00", "peak: 2:00, to: 4:00"),
        ("forged: 0.003", "forged: 0.1"),
        ("copied: 0.002", "copied: 0.1"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    path = pathlib.Path(folder) / "arrival.yaml"
    path.write_text(text)
    return path


class Case(unittest.TestCase):
    """A test with a folder of its own, removed at the end."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tifo-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def serve(self, data, *arguments, **options):
        """A tifod that does not outlive the test."""
        server = Server(data, *arguments, **options)
        self.addCleanup(server.kill)
        return server
