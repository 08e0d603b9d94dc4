"""How quick a server is back that has to read its whole journal: 10 million facts as a sale leaves
them (make_journal), from `tifod digest`, which recovers and says where it came to. Facts a second;
the target is a minute for all of them.
"""
import atexit
import functools
import pathlib
import shutil
import subprocess
import tempfile
import time

FACTS = 10_000_000
TARGET = FACTS / 60


@functools.cache
def journal(build: pathlib.Path) -> tuple[str, str]:
    """Made once, for all rounds; and what must be recovered from it."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    made = subprocess.run([build / "bin/make_journal", folder, str(FACTS)], check=True,
                          capture_output=True, text=True)
    return folder, made.stdout


def recover(build: pathlib.Path) -> dict[str, float]:
    folder, expected = journal(build)
    begun = time.monotonic()
    found = subprocess.run([build / "bin/tifod", "digest", "--data", folder], check=True,
                           capture_output=True, text=True).stdout
    took = time.monotonic() - begun
    if found != expected:
        raise RuntimeError(f"recovered {found}, not {expected}")
    return {"facts": int(found.split()[0]) / took}


def groups(Group):
    return [Group(name="recovery", unit="facts/s", sides={"tifod": recover},
                  targets={"tifod/facts": TARGET})]
