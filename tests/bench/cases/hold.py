"""What holding two seats costs the core, decide and evolve, while 10, 100 and 1,000 events of 60,000
seats are on sale: holds a second of CPU time (hold_bench). It is to be flat; what is left is memory:
the seats of 1,000 events are in no cache.
"""
import json
import pathlib
import subprocess

HOLDS = 120_000


def events(count: int):
    def run(build: pathlib.Path) -> dict[str, float]:
        out = subprocess.run([build / "bin/hold_bench", str(count), str(HOLDS)], check=True,
                             capture_output=True, text=True).stdout
        return {"holds": 1e9 / json.loads(out)["ns_a_hold"]}
    return run


def groups(Group):
    return [Group(name="hold", unit="a second of CPU", reference="10 events",
                  sides={f"{count} events": events(count) for count in (10, 100, 1000)},
                  targets={"100 events/holds": 0.8, "1000 events/holds": 0.8})]
