"""One update to many streams of tifod: a gate is shut or opened by SetGate, and WatchLive tells those who
follow that gate. Times are from the sending of SetGate to each arrival, the journal's part included;
memory is what the process grew by for each stream.

CPU a delivery is beside a loop on gRPC C core alone (`bare_core`) and beside a topic of api/rpc alone
(`fanout_c`), all three with 64 queues. What the same updates cost a tifod that nobody follows (the
plan that comes of a gate, the journal) is taken off.

Tick: from a tick that has something new to each of 1,000 streams; its facts are on the disk by then.

Stalled: 10,000 streams, and as many where a tenth take nothing at all; times are of the others, from
the first of them on: how long the disk took is no matter here.

Targets are turned so that more is better: 500 ms over what it took.
"""
import contextlib
import json
import pathlib
import signal
import subprocess
import tempfile
import time

from cases.rpc import serving

QUEUES = 64
ROUNDS = 10
VENUE = pathlib.Path(__file__).resolve().parents[3] / "scenarios/venues/four-gates.geojson"


@contextlib.contextmanager
def tifod(build: pathlib.Path):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        port_file = folder / "port"
        server = subprocess.Popen([build / "bin/tifod", "--listen", "127.0.0.1:0", "--log", "warning",
                                   "--data", folder / "data", "--port-file", port_file])
        try:
            while not port_file.exists():
                if server.poll() is not None:
                    raise RuntimeError(f"tifod ended with {server.returncode}")
                time.sleep(0.01)
            address = port_file.read_text().strip()
            subprocess.run([build / "bin/tifo", "venue", "import", VENUE, "--server", address],
                           check=True, capture_output=True)
            yield address.rsplit(":", 1)[1], server.pid
        finally:
            server.send_signal(signal.SIGTERM)
            if server.wait(timeout=60) != 0:
                raise RuntimeError(f"tifod ended with {server.returncode}")


def load(build: pathlib.Path, service: str, server: tuple[object, int], connections: int,
         streams: int, stalled: int = 0) -> dict[str, float]:
    port, pid = server
    out = subprocess.run([build / "bin/live_load", service, str(port), str(pid), str(connections),
                          str(streams), str(stalled), str(ROUNDS)], check=True,
                         capture_output=True)
    return json.loads(out.stdout)


def core_side(name: str):
    def run(build: pathlib.Path) -> dict[str, float]:
        with serving([str(build / "bin" / name), str(QUEUES)]) as server:
            said = load(build, "bench", server, 500, 100)
        return {"deliveries": 1e6 / said["cpu_us"]}
    return run


def tifod_cpu(build: pathlib.Path) -> dict[str, float]:
    with tifod(build) as server:
        alone = load(build, "tifo", server, 1, 1)
    with tifod(build) as server:
        said = load(build, "tifo", server, 500, 100)
    return {"deliveries": 1e6 / (said["cpu_us"] - alone["cpu_us"] / said["streams"])}


def spread(connections: int, streams: int, stalled: int, most_ms: int, most_kib: int):
    def run(build: pathlib.Path) -> dict[str, float]:
        with tifod(build) as server:
            said = load(build, "tifo", server, connections, streams, stalled)
        return {"p50": said["p50_ms"], "p95": said["p95_ms"], "p99": said["p99_ms"],
                "memory": said["kib"], f"{most_ms} ms over p99": most_ms / said["p99_ms"],
                f"{most_kib} KiB over memory": most_kib / said["kib"]}
    return run


def stalled_side(connections: int, stalled: int):
    def run(build: pathlib.Path) -> dict[str, float]:
        with tifod(build) as server:
            said = load(build, "tifo", server, connections, 100, stalled)
        return {"1000 ms over p99": 1000 / said["after_first_p99_ms"]}
    return run


def tick(build: pathlib.Path) -> dict[str, float]:
    with tifod(build) as (port, _):
        out = subprocess.run([build / "bin/tick_load", f"127.0.0.1:{port}", "4", "250",
                              str(ROUNDS)], check=True, capture_output=True)
    said = json.loads(out.stdout)
    return {"p95": said["tick_p95_ms"], "p99": said["tick_p99_ms"],
            "20 ms over p95": 20 / said["tick_p95_ms"], "50 ms over p99": 50 / said["tick_p99_ms"],
            "reading p95": said["reading_p95_ms"]}


def groups(Group):
    units = {"reading p95": "ms", "p50": "ms", "p95": "ms", "p99": "ms", "memory": "KiB a stream"}
    return [Group(
        name="live/cpu",
        unit="deliveries a CPU second",
        reference="core",
        sides={"core": core_side("bare_core"), "topic": core_side("fanout_c"), "tifod": tifod_cpu},
        targets={"topic/deliveries": 1 / 1.15, "tifod/deliveries": 1 / 1.15},
    ), Group(
        name="live/50000",
        unit="x",
        units=units,
        sides={"500 connections": spread(500, 100, 0, 500, 14)},
        targets={"500 connections/500 ms over p99": 1.0, "500 connections/14 KiB over memory": 1.0},
    ), Group(
        name="live/19000",
        unit="x",
        units=units,
        sides={"19000 connections": spread(19000, 1, 0, 600, 32)},
        targets={"19000 connections/600 ms over p99": 1.0,
                 "19000 connections/32 KiB over memory": 1.0},
    ), Group(
        name="live/tick",
        unit="x",
        units=units,
        sides={"1000 streams": tick},
        targets={"1000 streams/20 ms over p95": 1.0, "1000 streams/50 ms over p99": 1.0},
    ), Group(
        name="live/stalled",
        unit="x",
        reference="9000 that read",
        sides={"9000 that read": stalled_side(90, 0), "and 1000 that do not": stalled_side(100, 10)},
        targets={"and 1000 that do not/1000 ms over p99": 0.8},
    )]
