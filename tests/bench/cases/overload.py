"""More HoldSeats than the disk can take, over gRPC, as people come who know nothing of each other: an
open loop against a tifod whose journal is on a disk that takes DISK_BYTES a second (slow_disk.so), so that
about 5,000 holds of one seat fit. Offered are 5,000, 10,000 and 20,000 a second.

`goodput` is what is accepted of 20,000 a second beside the best of all three. `accepted` and `refused` are
the 99th percentiles of their times, from when each was due; a refusal is RESOURCE_EXHAUSTED with a
RetryInfo, all else is a failure of the run. `grown` is by how much tifod's memory was larger after 20,000 a
second than after 5,000, as a part of the latter: what waits is bounded, however many come.

Targets are turned so that more is better: 90 % of the peak, 100 ms and 10 ms over what it took.
"""
import json
import os
import pathlib
import signal
import subprocess
import tempfile

from cases.telemetry import start
from cases.tickets import hold, open_ground, put_on_sale

DISK_BYTES = 3_500_000
MEMORY = "/dev/shm"  # No other disk than slow_disk.so's holds it up.
OFFERED = (5_000, 10_000, 20_000)
SEATS = 60_000
SECONDS, SETTLE = 5, 2
CONNECTIONS, OUTSTANDING = 8, 900


def put_on_sale_for(build: pathlib.Path, address: str, requests: int) -> bytes:
    """Events, as many as have a seat for each request."""
    open_ground(build, address)
    bodies = []
    while len(bodies) < requests:
        event = put_on_sale(build, address)
        bodies += [hold(event, seat) for seat in range(SEATS)]
    return b"".join(bodies[:requests])


def memory(pid: int) -> float:
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return float(line.split()[1])
    raise RuntimeError("no VmHWM")


def offer(build: pathlib.Path, rate: int) -> dict:
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        folder = pathlib.Path(name)
        os.environ.update(LD_PRELOAD=str(build / "bin/slow_disk.so"), TIFO_DISK_BYTES=str(DISK_BYTES))
        try:
            server, address = start(build, folder)
        finally:
            del os.environ["LD_PRELOAD"]
        try:
            bodies = folder / "bodies"
            bodies.write_bytes(put_on_sale_for(build, address, int(rate * (SECONDS + SETTLE + 1))))
            out = subprocess.run(
                [build / "bin/load", address.rsplit(":", 1)[1], "/tifo.v1.Seats/HoldSeats", bodies,
                 str(CONNECTIONS), str(OUTSTANDING), str(SECONDS), f"open:{rate}"],
                check=True, capture_output=True, text=True)
            return json.loads(out.stdout) | {"memory": memory(server.pid)}
        finally:
            server.send_signal(signal.SIGTERM)
            if server.wait(timeout=60) != 0:
                raise RuntimeError(f"tifod ended with {server.returncode}")


def overload(build: pathlib.Path) -> dict[str, float]:
    said = {rate: offer(build, rate) for rate in OFFERED}
    peak = max(one["accepted_per_s"] for one in said.values())
    most = said[OFFERED[-1]]
    return {
        "peak": peak,
        "goodput": most["accepted_per_s"] / peak,
        "offered": most["offered_per_s"],
        "accepted": most["accepted_p99_us"] / 1000,
        "refused": most["refused_p99_us"] / 1000,
        "100 ms over accepted": 100_000 / most["accepted_p99_us"],
        "10 ms over refused": 10_000 / most["refused_p99_us"],
        "grown": most["memory"] / said[OFFERED[0]]["memory"] - 1,
    }


def groups(Group):
    return [Group(
        name="overload",
        unit="a second",
        units={"goodput": "of the peak", "accepted": "ms", "refused": "ms", "grown": "of it",
               "100 ms over accepted": "x", "10 ms over refused": "x"},
        sides={"holds": overload},
        targets={"holds/goodput": 0.9, "holds/100 ms over accepted": 1.0,
                 "holds/10 ms over refused": 1.0},
    )]
