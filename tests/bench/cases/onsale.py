"""An on-sale in full: 200,000 people behind 200 gateways and 1,000 with streams of their own, a waiting
room, 60,000 seats, every step over gRPC with idempotency keys. Seconds until everybody has entered, from
the draw until the last has gone, and until the checker has its verdict; a wrong verdict is no figure at
all. See tests/e2e/onsale.
"""
import json
import pathlib
import subprocess

LIMIT_S = 120  # In all.


def onsale(build: pathlib.Path) -> dict[str, float]:
    out = subprocess.run([build / "tests/onsale", "--json"], check=True, capture_output=True, text=True)
    said = json.loads(out.stdout)
    return {"enter": said["enter_s"], "sale": said["sale_s"], "verdict": said["verdict_s"],
            "total": said["total_s"], "times faster than asked": LIMIT_S / said["total_s"],
            "orders": said["orders"], "calls": said["calls"]}


def groups(Group):
    return [Group(
        name="onsale",
        unit="s",
        units={"orders": "orders", "calls": "calls", "times faster than asked": "x"},
        sides={"201,000 people": onsale},
        targets={"201,000 people/times faster than asked": 1.0},
    )]
