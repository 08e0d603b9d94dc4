"""Telemetry in columns: readings a second through a real tifod into the state of its gates.

Four streams, on the same machine as the server; a figure counts what the crowd's state showed in
the end, from the first message to there.
"""
import pathlib
import signal
import subprocess
import tempfile
import time

SECONDS = 2
TARGET = 1_000_000  # Readings a second.


def start(build: pathlib.Path, folder: pathlib.Path):
    port_file = folder / "port"
    server = subprocess.Popen([build / "bin/tifod", "--listen", "127.0.0.1:0", "--log", "warning",
                               "--data", folder / "data", "--port-file", port_file])
    while not port_file.exists():
        if server.poll() is not None:
            raise RuntimeError(f"tifod ended with {server.returncode}")
        time.sleep(0.01)
    return server, port_file.read_text().strip()


def serve(build: pathlib.Path, program: str, *arguments: str) -> str:
    """What the program says when it is run against a tifod of its own."""
    with tempfile.TemporaryDirectory() as name:
        server, address = start(build, pathlib.Path(name))
        try:
            out = subprocess.run([build / "bin" / program, address, *arguments], check=True,
                                 capture_output=True, text=True)
        finally:
            server.send_signal(signal.SIGTERM)
            if server.wait(timeout=30) != 0:
                raise RuntimeError(f"tifod ended with {server.returncode}")
    return out.stdout


def side(readings: int):
    def run(build: pathlib.Path) -> dict[str, float]:
        return {"columns": float(serve(build, "telemetry_load", str(readings), str(SECONDS)))}
    return run


def groups(Group):
    sizes = {"256 a message": 256, "1024 a message": 1024, "4096 a message": 4096}
    return [Group(
        name="telemetry",
        unit="readings/s",
        sides={name: side(readings) for name, readings in sizes.items()},
        targets={f"{name}/columns": TARGET for name in sizes},
    )]
