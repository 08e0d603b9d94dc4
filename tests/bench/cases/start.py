"""How soon a tifod with nothing to recover is ready: from exec to its port file, which it writes last.

As starts a second, so that more is better: 5 is a start in 200 ms.
"""
import pathlib
import subprocess
import tempfile
import time

TARGET = 5


def ready(build: pathlib.Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        port_file = pathlib.Path(name) / "port"
        begun = time.monotonic()
        server = subprocess.Popen([build / "bin/tifod", "--listen", "127.0.0.1:0", "--log", "warning",
                                   "--data", f"{name}/data", "--port-file", port_file])
        while not port_file.exists():
            if server.poll() is not None:
                raise RuntimeError(f"tifod ended with {server.returncode}")
            time.sleep(0.0005)
        took = time.monotonic() - begun
        server.terminate()
        if server.wait(timeout=30) != 0:
            raise RuntimeError(f"tifod ended with {server.returncode}")
    return {"starts": 1 / took}


def groups(Group):
    return [Group(name="start", unit="starts/s", sides={"tifod": ready}, targets={"tifod/starts": TARGET})]
