"""./scenarios/play as a newcomer types it, on the small ground: a report, pictures, and no litter."""

import os
import signal
import subprocess
import time
import unittest

from programs import LONG, SCENARIOS, SMALL_GROUND, Case, figures

PLAY = [str(SCENARIOS / "play")]


class Play(Case):
    def play(self, *arguments):
        env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
        return subprocess.Popen(
            PLAY + [*map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=env, start_new_session=True,
        )

    def finished(self, *arguments, timeout=600):
        process = self.play(*arguments)
        said, _ = process.communicate(timeout=timeout)
        self.assertEqual(process.returncode, 0, said)
        return said

    def test_leaves_a_report_and_pictures(self):
        out = self.folder / "out"
        said = self.finished("gate-closure", "--headless", "--venue", SMALL_GROUND, "--out", out)
        self.assertIn("report.html", said)
        for name in ("report.html", "report.json", "report.csv", "with/trajectories.sqlite",
                     "with/run.json", "without/run.json", "twin/twin-last.png", "twin/twin-worst.png"):
            self.assertGreater((out / name).stat().st_size, 100, name)
        html = (out / "report.html").read_text()
        self.assertIn("<svg", html)
        self.assertNotIn("http://", html.replace("http://www.w3.org", ""), "the report loads nothing")
        self.assertNotIn("https://", html)
        self.assertEqual([p.name for p in self.folder.iterdir()], ["out"])

    @unittest.skipUnless(LONG, "60,000 seats take minutes")
    def test_the_big_ground_takes_less_than_a_quarter_of_an_hour(self):
        ground = SCENARIOS / "venues" / "bowl-60000.geojson"
        for scenario in ("arrival", "halftime", "gate-closure", "evacuation"):
            with self.subTest(scenario):
                out = self.folder / scenario
                began = time.monotonic()
                self.finished(scenario, "--headless", "--venue", ground, "--out", out, timeout=900)
                print(f"{scenario} on 60,000 seats: {time.monotonic() - began:.0f} s")
                self.assertLess((out / "report.html").stat().st_size, 10_000_000)
                for run in ("with", "without"):
                    self.assertEqual(figures(out / run)["people"], 56977)

    def test_same_seed_same_crowd_and_same_journal(self):
        runs = []
        for name in ("a", "b"):
            self.finished("halftime", "--headless", "--venue", SMALL_GROUND, "--no-guidance",
                          "--seed", 7, "--out", self.folder / name)
            run = figures(self.folder / name / "with")
            runs.append((run["hash"], run["journal_digest"]))
        self.assertEqual(runs[0], runs[1])

    def test_interrupt_ends_everything_and_leaves_nothing(self):
        process = self.play("gate-closure", "--headless", "--venue", SMALL_GROUND, "--speed", 5,
                            "--out", self.folder / "out")
        # The server's data appears once all is under way.
        while not (self.folder / "out.partial" / "data" / "journal.db").exists():
            self.assertIsNone(process.poll(), "play ended by itself")
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        said, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, said)
        self.assertEqual(list(self.folder.iterdir()), [])
        with self.assertRaises(ProcessLookupError, msg="a process was left behind"):
            os.killpg(process.pid, 0)

    def test_bad_usage(self):
        for arguments, sentence in (
            ([], "which scenario?"),
            (["no-such"], "there is no scenarios/no-such.yaml; there are:"),
            (["halftime", "--frobnicate"], "no option is called '--frobnicate'"),
            (["halftime", "--seed"], "--seed needs a value"),
            (["halftime", "--seed", "x"], "--seed is a whole number"),
            (["halftime", "evacuation"], "one scenario at a time"),
        ):
            process = self.play(*arguments)
            said, _ = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 2, said)
            self.assertIn(sentence, said)


if __name__ == "__main__":
    unittest.main()
