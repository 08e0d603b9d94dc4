#!/usr/bin/env python3
"""Hostile HTTP/2 peers against tifod. During each attack somebody else goes on calling; after it a good
call on a new connection and one on a connection from before are answered, and the server's memory is
within its bound.

Prints a line an attack. --seed N repeats the random one; TIFO_LONG=1 is the long form."""
import argparse
import pathlib
import resource
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "e2e" / "scenarios"))

import attacks  # noqa: E402
import programs  # noqa: E402
from peer import Peer  # noqa: E402

MEBI = 1 << 20
CONNECTIONS, STANDING = 10000, 300
RESETS = 400000 if programs.LONG else 20000

# What an attack may leave behind for good, all of them together; a second round of them adds no more
# than the slack. malloc gives back what was freed within seconds (api/rpc/guard.h).
GROWTH_BYTES, SLACK_BYTES, GIVEN_BACK_S = 128 * MEBI, 32 * MEBI, 60
CONNECTION_BYTES = 48 << 10  # Each connection that stands, beside that.
# rpc_server_options.max_memory_bytes by default: no attack takes more at any time.
PEAK_BYTES = 1024 * MEBI


class Bystander:
    """Calls on a connection of its own until it is told to stop."""

    def __init__(self, peer):
        self.peer, self.stopping = peer, threading.Event()
        self.calls, self.worst_s, self.is_served = 0, 0.0, True
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while self.is_served:
            began = time.monotonic()
            self.is_served = self.peer.is_served()
            self.calls += 1
            self.worst_s = max(self.worst_s, time.monotonic() - began)
            if self.stopping.wait(0.005):
                return

    def stop(self):
        self.stopping.set()
        self.thread.join()


class Hostile:
    def __init__(self, server, sanitized):
        self.server, self.sanitized = server, sanitized
        self.resets = RESETS // (10 if sanitized else 1)
        self.bound = GROWTH_BYTES
        self.port = int(server.address.rsplit(":", 1)[1])
        self.steady = Peer(self.port)
        self.check("nothing yet")
        self.before = self.memory()

    def memory(self, what="VmRSS:"):
        status = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(status.split(what)[1].split()[0]) << 10

    def grown(self, since, bound):
        """By how much, after it has had the time to give back what was freed."""
        until = time.monotonic() + GIVEN_BACK_S
        while True:
            grown = self.memory() - since
            if grown <= bound or self.sanitized or time.monotonic() > until:
                return grown
            try:
                self.server.process.wait(0.05)
            except subprocess.TimeoutExpired:
                pass

    def fail(self, name, why):
        sys.exit(f"FAILED {name}: {why}\n{self.server.said()}")

    def check(self, name):
        if self.server.process.poll() is not None:
            self.fail(name, f"the server has ended with {self.server.process.returncode}")
        fresh = Peer(self.port)
        if not fresh.is_served():
            self.fail(name, "a new connection is not served")
        fresh.close()
        if not self.steady.is_served():
            self.fail(name, "a connection from before is not served")

    def attack(self, name, run, more_bytes=0, serves_others=True):
        """`more_bytes` are allowed beside GROWTH_BYTES from now on."""
        self.bound += more_bytes
        bystander = Bystander(self.steady)
        said = run()
        bystander.stop()
        if not bystander.is_served:
            if serves_others:
                self.fail(name, "a good client was not served meanwhile")
            self.steady.close()
            self.steady = Peer(self.port)
        self.check(name)
        peak = self.memory("VmHWM:") - self.before
        grown = self.grown(self.before, self.bound)
        print(f"ok     {name}: {said}; meanwhile {bystander.calls} good calls, the slowest "
              f"{1000 * bystander.worst_s:.0f} ms; {grown / MEBI:+.0f} MiB, at most so far "
              f"{peak / MEBI:+.0f} MiB", flush=True)
        if self.sanitized:
            return
        if grown > self.bound:
            self.fail(name, f"the server has grown by {grown / MEBI:.0f} MiB, more than "
                            f"{self.bound / MEBI:.0f}")
        if peak > PEAK_BYTES:
            self.fail(name, f"the server took {peak / MEBI:.0f} MiB, more than "
                            f"{PEAK_BYTES / MEBI:.0f}")

    def stand(self, name, attack, count):
        peers = []

        def begin():
            peers.extend(attack(self.port, count))
            return f"{count} stand"

        def end():
            for peer in peers:
                peer.close()
            return f"{count} gone"

        self.attack(name, begin, count * CONNECTION_BYTES)
        self.attack(name, end, -count * CONNECTION_BYTES)

    def all(self, seed, scale):
        port = self.port
        self.attack("malformed frames", lambda: attacks.malformed(port))
        self.attack(f"random mutations, seed {seed}", lambda: attacks.mutations(port, seed, scale))
        for flood in (attacks.settings_flood, attacks.ping_flood, attacks.empty_data_flood,
                      attacks.priority_flood, attacks.window_flood, attacks.hpack_bomb,
                      attacks.large_headers, attacks.decompression_bomb, attacks.too_many_streams):
            self.attack(flood.__name__.replace("_", " "), lambda: flood(port))
        self.attack("rapid reset", lambda: attacks.rapid_reset(port, self.resets))
        self.stand("slow headers", attacks.slow_headers, STANDING)
        self.stand("slow bodies", attacks.slow_bodies, STANDING)
        self.stand("slow prefaces", attacks.slow_prefaces, STANDING)

    def again(self, seed):
        first = self.memory()
        self.all(seed, 1)
        grown = self.grown(first, SLACK_BYTES)
        print(f"a second round: {grown / MEBI:+.1f} MiB", flush=True)
        if grown > SLACK_BYTES:
            self.fail("a second round", f"it adds more than {SLACK_BYTES / MEBI:.0f} MiB")

    def rounds(self, seed, scale):
        self.all(seed, scale)
        if not self.sanitized:
            self.again(seed + 1)
        self.stand("idle connections", attacks.idle_connections,
                   CONNECTIONS // (10 if self.sanitized else 1))
        self.attack("continuation flood", lambda: attacks.continuation_flood(self.port))
        if programs.LONG:
            self.attack("unfinished messages", lambda: attacks.unfinished(self.port),
                        serves_others=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=time.time_ns() & 0xFFFFFFFF)
    parser.add_argument("--sanitized", action="store_true", help="the server keeps what is freed")
    options = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory() as folder:
        server = programs.Server(pathlib.Path(folder) / "data")
        try:
            hostile = Hostile(server, options.sanitized)
            hostile.rounds(options.seed, 50 if programs.LONG else 1)
            hostile.steady.close()
            if server.stop() != 0:
                hostile.fail("the end", "the server does not end well")
        finally:
            server.kill()


if __name__ == "__main__":
    main()
