"""How many seats can be sold in 1 GiB: events of 60,000 seats, half of them sold and a twentieth held
(size_bench), by what is resident for 20 of them. The target is 1,000 events, 30 million sold seats; it
is far from met: a sold seat takes its ticket, and half of a hold and of an order with random ids.
"""
import json
import pathlib
import subprocess

EVENTS = 20
GIB = 1 << 30


def size(build: pathlib.Path) -> dict[str, float]:
    out = json.loads(subprocess.run([build / "bin/size_bench", str(EVENTS)], check=True,
                                    capture_output=True, text=True).stdout)
    return {"seats": GIB / out["bytes_a_sold_seat"], "bytes": out["bytes_a_sold_seat"]}


def groups(Group):
    return [Group(name="size", unit="sold seats in 1 GiB", sides={"core": size},
                  targets={"core/seats": 30_000_000}, units={"bytes": "bytes a sold seat"})]
