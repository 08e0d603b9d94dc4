"""What every client in another language has to manage against a real tifod, whatever it is written in."""

import datetime
import json
import os
import re
import signal
import subprocess
import threading

from programs import SMALL_GROUND, Case, run


class Journey(Case):
    """A subclass says how its examples are called: command("buy two seats") is argv."""

    environment = dict(os.environ)

    def command(self, idea):
        raise NotImplementedError

    def client(self, idea, *arguments, code=0):
        """Runs one example to its end; returns what it printed."""
        result = subprocess.run(
            [*self.command(idea), *map(str, arguments), "--server", self.server.address],
            capture_output=True, text=True, timeout=60, env=self.environment,
        )
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        return result.stdout

    def tifo(self, *arguments):
        result = run("tifo", *arguments, "--server", self.server.address)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def setUp(self):
        super().setUp()
        self.server = self.serve(self.folder / "data", "--clock", "real")
        self.tifo("venue", "import", SMALL_GROUND)

    def watch_until(self, words):
        """Watches the crowd until a line has the words, then Ctrl-C; returns that line."""
        watching = subprocess.Popen(
            [*self.command("watch crowd"), "--server", self.server.address],
            stdout=subprocess.PIPE, text=True, env=self.environment,
        )
        late = threading.Timer(30, watching.kill)
        late.start()
        self.addCleanup(late.cancel)
        with watching:
            lines = []
            for line in watching.stdout:
                lines.append(line)
                if words in line:
                    break
            watching.send_signal(signal.SIGINT)
            self.assertEqual(watching.wait(30), 0)
        self.assertIn(words, lines[-1] if lines else "")
        return lines[-1]

    def test_services_are_found_by_asking(self):
        said = self.client("list services")
        self.assertIn("tifo.v1.Telemetry\n", said)
        self.assertIn("  Stream(stream StreamRequest) -> StreamResponse\n", said)
        self.assertIn("  WatchCrowd(WatchCrowdRequest) -> stream WatchCrowdResponse\n", said)
        self.assertIn("grpc.health.v1.Health\n", said)

    def test_what_a_turnstile_reports_is_in_the_crowd(self):
        report = ("--gate", "G2", "--in", 12, "--out", 2, "--sequence", 1)
        self.assertEqual(self.client("send telemetry", *report), "1 accepted, 0 seen before\n")
        self.assertEqual(self.client("send telemetry", *report), "0 accepted, 1 seen before\n")
        self.assertRegex(self.watch_until(" 12 in, 2 out "), r" 0 inside  .* 0 alarms\n$")

    def on_sale(self):
        starts = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
        made = self.tifo("event", "create", "Cup final", "--starts", f"{starts:%Y-%m-%dT%H:%M}", "--price", "25.00", "--json")
        self.tifo("event", "publish", json.loads(made)["event"]["event_id"])

    def test_two_seats_open_two_turnstiles_once(self):
        self.on_sale()
        codes = self.client("buy two seats", "--as", "alice").split()
        self.assertEqual(len(codes), 2)
        for code in codes:
            self.assertRegex(code, re.compile(r"^[A-Za-z0-9_-]{167}$"))
            self.assertRegex(self.client("scan", code, "--gate", "G1"), r"^OK  row \S+ seat \d+ ")
        self.assertRegex(self.client("scan", codes[0], "--gate", "G2", code=1), r"^ALREADY_REDEEMED ")
        forged = ("A" if codes[1][0] != "A" else "B") + codes[1][1:]
        self.assertRegex(self.client("scan", forged, "--gate", "G2", code=1), r"^INVALID ")
        self.watch_until(" 2 in, 0 out ")

    def test_the_next_buyer_gets_other_seats(self):
        self.on_sale()
        first = self.client("buy two seats", "--as", "alice").split()
        second = self.client("buy two seats", "--as", "bob").split()
        self.assertFalse(set(first) & set(second))
