"""The crowd engine in a dense egress, beside a bare social-force loop.

Halls of 1,300 people who leave through two gates each, 2.2 a m2 at the start, with walls, ways,
turnstiles and the engine's whole step; the loop has neighbours and nothing else, at the same
density. Both in person-steps a second of CPU, on one thread. The 60,000 then once more on two
threads, in times real time: that figure needs two cores that nobody else uses.
"""
import pathlib
import subprocess

STEP_S = "0.1"


def run(program: pathlib.Path, *arguments: str) -> dict[str, float]:
    out = subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout
    return {name: float(value) for name, value in
            (line.split() for line in out.splitlines() if not line.startswith("hash"))}


def force(build: pathlib.Path) -> dict[str, float]:
    return {"person-steps": run(build / "bin/force_bench", "60000", "2", "1.5",
                                "2")["person_steps_s"]}


def ours(build: pathlib.Path) -> dict[str, float]:
    return {"person-steps": run(build / "bin/egress_bench", "60000", "1", "3",
                                STEP_S)["person_steps_s"]}


def by_people(build: pathlib.Path) -> dict[str, float]:
    sizes = {"1,000": 20, "10,000": 8, "60,000": 3, "200,000": 2}
    return {f"{people} people": run(build / "bin/egress_bench", people.replace(",", ""), "1",
                                    str(seconds), STEP_S)["ns"]
            for people, seconds in sizes.items()}


def two_cores(build: pathlib.Path) -> dict[str, float]:
    figures = run(build / "bin/egress_bench", "60000", "2", "6", STEP_S)
    if figures["allocations"] or figures["memory_mb"] > 200:
        raise RuntimeError(f"{figures['allocations']:.0f} allocations after the first second, "
                           f"{figures['memory_mb']:.0f} MB")
    return {"real time": figures["real_time"], "p99 of a step over its median": figures["p99"]}


def groups(Group):
    return [
        Group(name="sim", unit="person-steps/s", reference="force",
              sides={"force": force, "ours": ours}),
        Group(name="sim/ns", unit="ns", sides={"ours": by_people}),
        Group(name="sim/60,000", unit="x", sides={"two threads": two_cores},
              targets={"two threads/real time": 10}),
    ]
