"""What every client in another language has to manage against a real tifod, whatever it is written in."""

import os
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
