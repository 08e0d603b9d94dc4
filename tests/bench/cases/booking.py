"""Durable HoldSeats of two seats that nobody else wants, and hold and confirm together, beside what else
there is: an empty echo of the gRPC C++ async API, PostgreSQL doing it the usual way (SELECT ... FOR
UPDATE, pgbench with prepared statements), and Redis (a Lua script, appendfsync always).

Each side at its best of 16, 64, 256 and 1024 requests outstanding; what tifod refuses with a RetryInfo is
sent again when that says. `half`: how long holds take, in an open loop, while half as many come as were
taken right before, over as long, one event after the other; its target is turned so that more is better. PostgreSQL and Redis have their own
generators, on a socket in a folder of the case; every request of all of them is on the disk when it is
answered.
"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

from cases.rpc import frame, request, serving, varint
from cases.telemetry import start
from cases.tickets import put_on_sale, sell

OUTSTANDING = (16, 64, 256, 1024)
CONNECTIONS = 4
SECONDS = 2
HOLDS = {16: 6_000, 64: 12_000, 256: 24_000, 1024: 28_672}  # 60,000 seats, two each.
SEATS = 60_000
SUSTAINED = 150_000  # Holds: five grounds, five seconds and more.
HALF_SECONDS, SETTLE = 3, 2  # `load` counts from SETTLE seconds on.


def best(measure):
    """A side: the best rate over all numbers of outstanding requests."""
    def run(build: pathlib.Path) -> dict[str, float]:
        return {"rate": max(measure(build, outstanding) for outstanding in OUTSTANDING)}
    return run


# ---- Ours ------------------------------------------------------------------------------------------

def hold(event: str, pair: int) -> bytes:
    seats = varint(2 * pair) + varint(2 * pair + 1)
    return frame(b"\x0a" + varint(len(event)) + event.encode() +
                 b"\x12" + varint(len(seats)) + seats)


def run_load(build: pathlib.Path, port: str, path: str, bodies: pathlib.Path, outstanding: int,
             *rest: str) -> float:
    out = subprocess.run([build / "bin/load", port, path, bodies, str(CONNECTIONS),
                          str(outstanding // CONNECTIONS), *rest],
                         check=True, capture_output=True, text=True)
    return json.loads(out.stdout)["requests_per_s"]


def tifod(kind: str):
    def measure(build: pathlib.Path, outstanding: int) -> float:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            server, address = start(build, folder)
            try:
                event = sell(build, address)
                bodies = folder / "bodies"
                bodies.write_bytes(b"".join(hold(event, pair) for pair in range(HOLDS[outstanding])))
                return run_load(build, address.rsplit(":", 1)[1], "/tifo.v1.Seats/HoldSeats", bodies,
                                outstanding, "0", kind)
            finally:
                server.send_signal(signal.SIGTERM)
                if server.wait(timeout=30) != 0:
                    raise RuntimeError(f"tifod ended with {server.returncode}")
    return measure


def come_to_rest(server: subprocess.Popen) -> None:
    """Until the server has done with what it was told before (records.db follows) and the disk with
    what earlier cases left (files of theirs that are gone are work for it, too). A minute at most."""
    def used() -> int:
        return sum(map(int, pathlib.Path(f"/proc/{server.pid}/stat").read_text().split()[13:15]))
    before, ends = used(), time.monotonic() + 60
    while time.monotonic() < ends:
        os.sync()
        time.sleep(1)
        now = used()
        if now - before <= 2:  # Hundredths of a second.
            return
        before = now


@contextlib.contextmanager
def sale(build: pathlib.Path, holds: int):
    """The port of a tifod with as many events as so many holds need, and the holds' bodies."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        server, address = start(build, folder)
        try:
            events = [sell(build, address)]
            while len(events) * SEATS // 2 < holds:
                events.append(put_on_sale(build, address))
            bodies = folder / "bodies"
            bodies.write_bytes(b"".join(hold(event, pair)
                                        for event in events for pair in range(SEATS // 2)))
            come_to_rest(server)
            yield address.rsplit(":", 1)[1], bodies
        finally:
            server.send_signal(signal.SIGTERM)
            if server.wait(timeout=60) != 0:
                raise RuntimeError(f"tifod ended with {server.returncode}")


def sustained(build: pathlib.Path, outstanding: int) -> float:
    with sale(build, SUSTAINED) as (port, bodies):
        return run_load(build, port, "/tifo.v1.Seats/HoldSeats", bodies, outstanding, "0", "tickets")


def at_half_load(build: pathlib.Path) -> dict[str, float]:
    peak = max(sustained(build, outstanding) for outstanding in OUTSTANDING[2:])
    rate = int(peak / 2)
    with sale(build, rate * (HALF_SECONDS + SETTLE + 1)) as (port, bodies):
        out = subprocess.run(
            [build / "bin/load", port, "/tifo.v1.Seats/HoldSeats", bodies, str(CONNECTIONS), "256",
             str(HALF_SECONDS), f"open:{rate}"], check=True, capture_output=True, text=True)
    said = json.loads(out.stdout)
    return {"peak": peak, "accepted": said["accepted_per_s"], "refused": said["refused_per_s"],
            "p50": said["accepted_p50_us"] / 1000, "p99": said["accepted_p99_us"] / 1000,
            "10 ms over p99": 10_000 / said["accepted_p99_us"]}


# ---- An empty echo ---------------------------------------------------------------------------------

def echo(build: pathlib.Path, outstanding: int) -> float:
    with tempfile.TemporaryDirectory() as name, serving([str(build / "bin/echo_cpp")]) as (port, _):
        bodies = pathlib.Path(name) / "bodies"
        bodies.write_bytes(b"".join(request(number) for number in range(10_000)))
        return run_load(build, str(port), "/bench.Echo/Say", bodies, outstanding, str(SECONDS))


# ---- PostgreSQL ------------------------------------------------------------------------------------

POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")
# Each client takes seats of its own, so that nobody waits for a row: the best case for locks.
PAIR = r"""
\set pair random(0, 29999)
BEGIN;
SELECT seat, state FROM seat WHERE seat IN (2 * :pair, 2 * :pair + 1) ORDER BY seat FOR UPDATE;
UPDATE seat SET state = 1, hold = :client_id WHERE seat IN (2 * :pair, 2 * :pair + 1);
INSERT INTO hold (person, seats, expires) VALUES (:client_id, ARRAY[2 * :pair, 2 * :pair + 1], now() + interval '10 minutes');
COMMIT;
"""


def not_root() -> dict:
    """initdb and postgres will not run as root."""
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}


@contextlib.contextmanager
def postgresql(folder: pathlib.Path):
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    data = folder / "pg"
    subprocess.run([POSTGRES / "initdb", "-D", data, "-A", "trust", "-U", "bench"], check=True,
                   capture_output=True, cwd="/", **not_root())
    server = subprocess.Popen(
        [POSTGRES / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=",
         "-c", "max_connections=1100", "-c", "shared_buffers=256MB"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **not_root())
    try:
        while subprocess.run([POSTGRES / "pg_isready", "-q", "-h", folder], cwd="/").returncode != 0:
            if server.poll() is not None:
                raise RuntimeError(f"postgres ended with {server.returncode}")
            time.sleep(0.05)
        subprocess.run(["psql", "-q", "-h", folder, "-U", "bench", "postgres", "-c", f"""
            CREATE TABLE seat (seat int PRIMARY KEY, state int NOT NULL DEFAULT 0, hold int);
            CREATE TABLE hold (id bigserial PRIMARY KEY, person int, seats int[], expires timestamptz);
            INSERT INTO seat (seat) SELECT generate_series(0, {SEATS - 1}); ANALYZE seat;"""], check=True)
        yield
    finally:
        server.send_signal(signal.SIGINT)  # Fast shutdown: sessions are ended.
        server.wait(timeout=60)


def postgres_rate(build: pathlib.Path, outstanding: int) -> float:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        script = folder / "pair.sql"
        script.write_text(PAIR)
        with postgresql(folder):
            out = subprocess.run(["pgbench", "-n", "-h", folder, "-U", "bench", "-M", "prepared",
                                  "-c", str(outstanding), "-j", "2", "-T", str(SECONDS), "-f", script,
                                  "postgres"], capture_output=True, text=True).stdout
    found = re.search(r"^tps = ([\d.]+)", out, re.M)
    return float(found.group(1)) if found else 0.0  # It will not have so many sessions.


# ---- Redis -----------------------------------------------------------------------------------------

# All or none, with an owner and an end, as a hold is.
SCRIPT = """
local n = redis.call('INCR', 'next')
local a, b = 'seat:' .. (2 * n), 'seat:' .. (2 * n + 1)
if redis.call('EXISTS', a, b) > 0 then return 0 end
redis.call('SET', a, n) redis.call('SET', b, n)
redis.call('SET', 'hold:' .. n, ARGV[1], 'EX', 600)
return n
"""


def redis_rate(build: pathlib.Path, outstanding: int) -> float:
    with tempfile.TemporaryDirectory() as name:
        socket = f"{name}/redis"
        server = subprocess.Popen(["redis-server", "--port", "0", "--unixsocket", socket, "--dir", name,
                                   "--save", "", "--appendonly", "yes", "--appendfsync", "always"],
                                  stdout=subprocess.DEVNULL)
        try:
            while not os.path.exists(socket):
                time.sleep(0.01)
            sha = subprocess.run(["redis-cli", "-s", socket, "SCRIPT", "LOAD", SCRIPT], check=True,
                                 capture_output=True, text=True).stdout.strip()
            out = subprocess.run(["redis-benchmark", "-s", socket, "-c", str(outstanding), "-n",
                                  str(HOLDS[outstanding]), "--csv", "EVALSHA", sha, "0", "fan"],
                                 check=True, capture_output=True, text=True).stdout
        finally:
            server.terminate()
            server.wait(timeout=30)
    return float(out.splitlines()[-1].split('","')[1])


def groups(Group):
    def beside(name, reference, other, side, measure, target):
        return Group(name=f"booking-{name}", unit="a second", reference=reference,
                     sides={reference: best(other), side: best(measure)},
                     targets={f"{side}/rate": target})
    return [
        beside("echo", "C++ async echo", echo, "holds", tifod("tickets"), 0.50),
        beside("pairs", "C++ async echo", echo, "hold+confirm", tifod("buy"), 0.20),
        beside("postgresql", "PostgreSQL 15", postgres_rate, "holds", tifod("tickets"), 3.0),
        Group(name="booking-half", unit="a second", sides={"holds": at_half_load},
              units={"p50": "ms", "p99": "ms", "10 ms over p99": "x"},
              targets={"holds/10 ms over p99": 1.0}),
        beside("redis", "Redis, Lua", redis_rate, "holds", tifod("tickets"), 1.0),
    ]
