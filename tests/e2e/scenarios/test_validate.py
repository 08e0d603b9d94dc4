"""`tifo-sim validate`: the short table, what it leaves, and how it ends."""

import json
import os
import pathlib
import re
import signal
import subprocess
import unittest

from programs import BIN, LONG, Case, run

SUITES = {
    "rimea": ["1", "2", "3", "4", "5", "6", "7", "8", "9a", "9b", "10", "11", "12a", "12b", "12c", "12d", "13", "14", "15", "16"],
    "nist": ["1.1", "2.1", "2.2", "2.3", "2.4", "2.5", "2.8", "2.9", "2.10", "3.1", "3.2", "3.3", "4.1", "5.1", "5.2"],
    "iso": ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18"],
    "imo": ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"],
}


class Validate(Case):
    def test_no_row_fails_that_is_not_known_to(self):
        json_file, page_file = pathlib.Path(self.folder, "table.json"), pathlib.Path(self.folder, "table.html")
        form = ["--long"] if LONG else []
        done = run("tifo-sim", "validate", *form, "--json", json_file, "--html", page_file, timeout=36000)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        table = json.loads(json_file.read_text())
        cases = {row["case"] for row in table["rows"]}
        self.assertLessEqual({f"{suite}-{case}" for suite, ids in SUITES.items() for case in ids}, cases)
        for row in table["rows"]:
            self.assertTrue(row["seeds"] > 0 or row["verdict"] in ("not run", "known failure"), row)
            self.assertTrue(row["known"] or row["verdict"] in ("pass", "recorded", "not run"), row)
            self.assertIn(row["criterion"], done.stdout)
        page = page_file.read_text()
        self.assertGreaterEqual(page.count("<svg"), 5)
        self.assertIn("Weidmann 1993", page)
        self.assertIn("was not at hand", page)  # the band of RiMEA 16 is not ours to give away
        self.assertEqual(sorted(os.listdir(self.folder)), ["table.html", "table.json"])

    def test_a_case_is_the_same_alone_and_in_any_number_of_processes(self):
        tables = []
        for jobs in ("1", "3"):
            file = pathlib.Path(self.folder, jobs)
            done = run("tifo-sim", "validate", "--case", "nist-5.1", "--seeds", "4", "--jobs", jobs, "--json", file)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            tables.append(json.loads(file.read_text()))
        self.assertEqual(tables[0], tables[1])
        self.assertEqual([row["seeds"] for row in tables[0]["rows"]], [4, 4])

    def test_the_list_names_every_case(self):
        listed = run("tifo-sim", "validate", "--list").stdout
        for suite, ids in SUITES.items():
            for case in ids:
                self.assertRegex(listed, rf"(?m)^{suite}-{re.escape(case)} ")

    def test_what_cannot_be_asked_is_said(self):
        for arguments, named in [
            (["--case", "rimea-99"], "--list"),
            (["--seeds", "0"], "--seeds"),
            (["--jobs", "1000"], "--jobs"),
            (["--frames"], "--frames"),
        ]:
            done = run("tifo-sim", "validate", *arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(named, done.stderr)
        done = run("tifo-sim", "validate", "--case", "rimea-1", "--json", os.path.join(self.folder, "no", "table.json"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot be written", done.stderr)

    def test_ctrl_c_ends_all_its_processes_and_leaves_nothing(self):
        file = os.path.join(self.folder, "table.json")
        validate = subprocess.Popen(
            [str(BIN / "tifo-sim"), "validate", "--seeds", "50", "--jobs", "3", "--case", "rimea-9*", "--json", file],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True)
        while len(children(validate.pid)) < 3:
            self.assertIsNone(validate.poll())
        validate.send_signal(signal.SIGINT)
        said = validate.communicate(timeout=60)[1]
        self.assertEqual(validate.returncode, 1)
        self.assertIn("stopped", said)
        self.assertFalse(os.listdir(self.folder))
        with self.assertRaises(ProcessLookupError):
            os.killpg(validate.pid, 0)


def children(pid):
    """Processes of its group, without itself."""
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # ended meanwhile
        if int(after_name[2]) == pid and stat.parent.name != str(pid):
            found.append(stat.parent.name)
    return found


if __name__ == "__main__":
    unittest.main()
