"""1,000 events of 60,000 seats on one machine, half of them sold and a twentieth held (size_bench, some
minutes): what is resident, beside 1 GiB. All of it is made, by the core's own commands and facts, within
the default limits.
"""
import json
import pathlib
import subprocess

EVENTS = 1000
GIB = 1 << 30


def size(build: pathlib.Path) -> dict[str, float]:
    out = json.loads(subprocess.run([build / "bin/size_bench", str(EVENTS)], check=True,
                                    capture_output=True, text=True).stdout)
    return {"seats": GIB / out["bytes_a_sold_seat"], "bytes": out["bytes_a_sold_seat"],
            "mib": out["resident_bytes"] / (1 << 20)}


def groups(Group):
    return [Group(name="size", unit="sold seats in 1 GiB", sides={"core": size},
                  targets={"core/seats": 30_000_000},
                  units={"bytes": "bytes a sold seat", "mib": "MiB for all of it"})]
