"""Durable HoldSeats, and HoldSeats then ConfirmHold, at 16 to 1024 outstanding: a real tifod, every
request with an idempotency key, one seat of the 60,000 each, every answer after its fsync.

Beside it what the disk allows: SQLite (WAL, synchronous=FULL) committing the same number of rows of
the same size for as many requests at a time, without network, decisions or answers. `rate` is a
second, `p50` and `p99` are microseconds from request to answer (of both calls together, and with what is
refused for want of room and sent again when the RetryInfo says).
"""
import json
import pathlib
import signal
import subprocess
import tempfile
import time

from cases.telemetry import start

REFERENCE = "SQLite group commit"
GROUND = pathlib.Path(__file__).resolve().parents[3] / "scenarios/venues/bowl-60000.geojson"
REQUESTS = {16: 6_000, 64: 12_000, 256: 24_000, 1024: 40_960}
CONNECTIONS = 4
# What the journal gets of a call, as measured: a hold is 2 rows of 255 bytes together; a purchase, in two
# commits, 7 rows of 577 bytes.
ROWS = {"hold": 2, "buy": 4}
ROW_BYTES = {"hold": 128, "buy": 72}
STEPS = {"hold": 1, "buy": 2}


def figures(out: str) -> dict[str, float]:
    said = json.loads(out)
    return {"rate": said["requests_per_s"], "p50": said["p50_us"], "p99": said["p99_us"]}


def varint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out + bytes([number]))


def hold(event: str, seat: int) -> bytes:
    seats = varint(seat)
    message = (b"\x0a" + varint(len(event)) + event.encode() +
               b"\x12" + varint(len(seats)) + seats)
    return b"\0" + len(message).to_bytes(4, "big") + message


def tifo(build: pathlib.Path, address: str, *words: str) -> str:
    return subprocess.run([build / "bin/tifo", *words, "--json", "--server", address],
                          check=True, capture_output=True, text=True).stdout


def put_on_sale(build: pathlib.Path, address: str) -> str:
    event = json.loads(tifo(build, address, "event", "create", "Bench", "--starts",
                            "2040-01-01T15:00", "--price", "25.00"))["event"]["event_id"]
    tifo(build, address, "event", "publish", event)
    return event


def open_ground(build: pathlib.Path, address: str) -> None:
    """Returns when the plan for the new ground is exact: tifod has a core to itself again, as long before a sale."""
    tifo(build, address, "venue", "import", str(GROUND))
    while not (json.loads(tifo(build, address, "guidance"))["bound"] or {}).get("exact"):
        time.sleep(0.1)


def sell(build: pathlib.Path, address: str) -> str:
    open_ground(build, address)
    return put_on_sale(build, address)


def tifod(kind: str, outstanding: int):
    def run(build: pathlib.Path) -> dict[str, float]:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            server, address = start(build, folder)
            try:
                event = sell(build, address)
                bodies = folder / "bodies"
                bodies.write_bytes(b"".join(hold(event, seat)
                                            for seat in range(REQUESTS[outstanding])))
                out = subprocess.run(
                    [build / "bin/load", address.rsplit(":", 1)[1], "/tifo.v1.Seats/HoldSeats",
                     bodies, str(CONNECTIONS), str(outstanding // CONNECTIONS), "0",
                     "buy" if kind == "buy" else "tickets"],
                    check=True, capture_output=True, text=True)
            finally:
                server.send_signal(signal.SIGTERM)
                if server.wait(timeout=30) != 0:
                    raise RuntimeError(f"tifod ended with {server.returncode}")
            return figures(out.stdout)
    return run


def commit_loop(kind: str, outstanding: int):
    def run(build: pathlib.Path) -> dict[str, float]:
        with tempfile.TemporaryDirectory() as name:
            out = subprocess.run(
                [build / "bin/commit_loop", pathlib.Path(name) / "journal.db", str(outstanding),
                 str(REQUESTS[outstanding]), str(ROWS[kind]), str(ROW_BYTES[kind]), str(STEPS[kind])],
                check=True, capture_output=True, text=True)
            return figures(out.stdout)
    return run


def groups(Group):
    return [Group(
        name=f"tickets-{kind}-{outstanding}",
        unit="a second",
        units={"p50": "us", "p99": "us"},
        reference=REFERENCE,
        sides={REFERENCE: commit_loop(kind, outstanding), "tifod": tifod(kind, outstanding)},
    ) for kind in ("hold", "buy") for outstanding in REQUESTS]
