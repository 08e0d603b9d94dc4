"""Unary echo: api/rpc beside the gRPC C++ async API, both -O2 with one completion-queue thread.

Two clients load each of them in turn, 4 connections with 16 calls outstanding on each: our
generator (distinct requests, every answer checked) and h2load (one request, HTTP status only).

Fan-out: one message to 10,000 streams on 100 connections, with as many stream queues on both sides.
"""
import json
import pathlib
import re
import subprocess
import tempfile
from contextlib import contextmanager

PATH = "/bench.Echo/Say"
CONNECTIONS, OUTSTANDING, SECONDS = 4, 16, 2
DISTINCT = 10_000
QUEUES = 2


def frame(message: bytes) -> bytes:
    """As gRPC puts it on the wire."""
    return b"\0" + len(message).to_bytes(4, "big") + message


def varint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out + bytes([number]))


def request(number: int) -> bytes:
    text = f"seat {number:06d}, block 113".encode()
    return frame(b"\x0a" + varint(len(text)) + text + b"\x10" + varint(number + 1))


@contextmanager
def serving(program: list[str]):
    server = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield int(server.stdout.readline()), server.pid
    finally:
        server.stdin.close()
        if server.wait(timeout=30) != 0:
            raise RuntimeError(f"{program[0]} ended with {server.returncode}")


def run_load(build: pathlib.Path, port: int, folder: pathlib.Path, *mode: str) -> float:
    bodies = folder / "bodies"
    bodies.write_bytes(b"".join(request(number) for number in range(DISTINCT)))
    out = subprocess.run([build / "bin/load", str(port), PATH, bodies, str(CONNECTIONS),
                          str(OUTSTANDING), str(SECONDS), *mode], check=True, capture_output=True)
    return json.loads(out.stdout)["requests_per_s"]


def run_h2load(port: int, folder: pathlib.Path, scheme: str = "http") -> float:
    body = folder / "body"
    body.write_bytes(request(1))
    out = subprocess.run(["h2load", "-t1", f"-c{CONNECTIONS}", f"-m{OUTSTANDING}", f"-D{SECONDS}",
                          "--warm-up-time=1", "-d", body, "-H", "content-type: application/grpc",
                          "-H", "te: trailers", f"{scheme}://127.0.0.1:{port}{PATH}"],
                         check=True, capture_output=True, text=True).stdout
    good = re.search(r"status codes: (\d+) 2xx, 0 3xx, 0 4xx, 0 5xx", out)
    if not good or int(good.group(1)) == 0:
        raise RuntimeError("h2load: not every answer was 200\n" + out)
    return float(re.search(r"([\d.]+) req/s", out).group(1))


def side(*program: str):
    def run(build: pathlib.Path) -> dict[str, float]:
        with tempfile.TemporaryDirectory() as name, \
                serving([str(build / "bin" / program[0]), *program[1:]]) as (port, _):
            folder = pathlib.Path(name)
            return {"h2load": run_h2load(port, folder), "load": run_load(build, port, folder)}
    return run


def make_certificate(folder: pathlib.Path) -> list[str]:
    """A certificate and its key for 127.0.0.1, which sign themselves."""
    files = [str(folder / "server.pem"), str(folder / "server.key")]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", "/CN=echo",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-out", files[0],
                    "-keyout", files[1]], check=True, capture_output=True)
    return files


def tls_side(*program: str):
    def run(build: pathlib.Path) -> dict[str, float]:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            files = make_certificate(folder)
            with serving([str(build / "bin" / program[0]), *program[1:], *files]) as (port, _):
                return {"h2load": run_h2load(port, folder, "https"),
                        "load": run_load(build, port, folder, "tls")}
    return run


def fanout_side(program: str):
    def run(build: pathlib.Path) -> dict[str, float]:
        with serving([str(build / "bin" / program), str(QUEUES)]) as (port, pid):
            out = subprocess.run([build / "bin/live_load", "fanout", str(port), str(pid), "100",
                                  "100", "0", "21"], check=True, capture_output=True)
            return {"10000": json.loads(out.stdout)["deliveries_per_s"]}
    return run


def groups(Group):
    return [Group(
        name="rpc",
        unit="requests/s",
        reference="gRPC C++ async",
        sides={"gRPC C++ async": side("echo_cpp"), "direct": side("echo_c", "direct"),
               "loop": side("echo_c", "loop")},
        targets={"direct/h2load": 0.95, "direct/load": 0.85, "loop/h2load": 0.90, "loop/load": 0.75},
    ), Group(
        name="rpc-tls",
        unit="requests/s",
        reference="gRPC C++ async",
        sides={"gRPC C++ async": tls_side("echo_cpp"), "direct": tls_side("echo_c", "direct")},
        targets={"direct/h2load": 0.90, "direct/load": 0.90},
    ), Group(
        name="rpc-fanout",
        unit="deliveries/s",
        reference="gRPC C++ async",
        sides={"gRPC C++ async": fanout_side("fanout_cpp"), "topic": fanout_side("fanout_c")},
        targets={"topic/10000": 1.0},
    )]
