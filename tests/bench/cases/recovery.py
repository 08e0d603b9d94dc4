"""How quick a server is back after 10 million facts as a sale leaves them (make_journal): facts a second
from the whole journal (`tifod digest`, which recovers and says where it came to; the target is a
minute), and from a snapshot at its end (`tifod snapshot`, which has nothing to add to it then; the
target is ten seconds).
"""
import atexit
import functools
import pathlib
import shutil
import subprocess
import tempfile
import time

FACTS = 10_000_000


@functools.cache
def journal(build: pathlib.Path) -> tuple[str, str]:
    """Made once, for all rounds; and what must be recovered from it."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    made = subprocess.run([build / "bin/make_journal", folder, str(FACTS)], check=True,
                          capture_output=True, text=True).stdout
    kept = subprocess.run([build / "bin/tifod", "snapshot", "--data", folder], check=True,
                          capture_output=True, text=True).stdout
    if kept != made:
        raise RuntimeError(f"the snapshot is of {kept}, not {made}")
    return folder, made


def by(command: str):
    def recover(build: pathlib.Path) -> dict[str, float]:
        folder, expected = journal(build)
        begun = time.monotonic()
        found = subprocess.run([build / "bin/tifod", command, "--data", folder], check=True,
                               capture_output=True, text=True).stdout
        took = time.monotonic() - begun
        if found != expected:
            raise RuntimeError(f"recovered {found}, not {expected}")
        return {"facts": int(found.split()[0]) / took}
    return recover


def groups(Group):
    return [Group(name="recovery", unit="facts/s",
                  sides={"journal": by("digest"), "snapshot": by("snapshot")},
                  targets={"journal/facts": FACTS / 60, "snapshot/facts": FACTS / 10})]
