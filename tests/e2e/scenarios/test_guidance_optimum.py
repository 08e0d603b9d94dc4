"""Guidance in the microscopic crowd against T*fit (optimum.py): a real tifod in lockstep, everybody follows it; and as
many as in life do.

The long form prints a line a run and says what is missed; it fails where something is missed that is not known to be.
The short form plays one small ground.
"""

import itertools
import statistics
import unittest
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from optimum import BOWL, LARGE, SMALL, fit, least_part, play
from programs import LONG, Case

MOST_MEAN, MOST, LEAST_PART, MOST_LOSS, MOST_UNBALANCED = 1.10, 1.20, 0.90, 1.02, 0.70
HEAD = f"{'scenario':17} {'seed':>4} {'T*fit':>7} {'with':>7} {'ratio':>6} {'without':>7} {'gain':>6} {'out by t':>8}"
# What is missed at present, as the lines below call it; of the ground of 60,000 one seed was measured.
KNOWN = {
    *(f"large-{name}: {what}" for name in ("south-full", "gate-shut", "evacuation")
      for what in ("beyond 1.20 of T*fit", "less than 90% of those out who could be")),
    "large-south-full: less than 30% sooner",
    f"mean of {len(LARGE)}: beyond 1.10 of T*fit",
    # 1.12 and 1.11 at worst.
    *(f"{name}: beyond 1.10 of T*fit when 100% follow" for name in ("north-east-full", "two-gates-shut")),
    "north-east-full: beyond 1.25 of T*fit when 50% follow",  # 1.26
    # Those who do not listen fill the gates near them for longer.
    *(f"{name}: beyond 1.40 of T*fit when 25% follow" for name in ("north-full", "north-east-full", "two-gates-shut")),
}

# So many follow what signs and phones say: clearance over T*fit at most. With a tenth, no later than without guidance.
ALLOWED = {1.0: 1.10, 0.75: 1.15, 0.5: 1.25, 0.25: 1.40}
FEW = 0.1
# Readings that are late: the difference of two gates' queues is not what it was five minutes before.
SWING_S, MOST_SWING = 300, 0.3


@dataclass
class Row:
    name: str
    kind: str
    seed: int
    best_s: float
    with_s: float
    without_s: float
    part: float  # Of those who could be out, at the worst moment.

    @property
    def ratio(self):
        return self.with_s / self.best_s

    @property
    def gain(self):
        return self.with_s / self.without_s

    def __str__(self):
        return (f"{self.name:17} {self.seed:4} {self.best_s:7.1f} {self.with_s:7.1f} {self.ratio:6.3f} "
                f"{self.without_s:7.1f} {self.gain:6.3f} {self.part:8.2f}")


def missed(rows):
    """What is not as it should be, a line each, by scenario."""
    said = []
    for name in dict.fromkeys(row.name for row in rows):
        runs = [row for row in rows if row.name == name]
        if max(row.ratio for row in runs) > MOST:
            said.append(f"{name}: beyond {MOST:.2f} of T*fit")
        if min(row.part for row in runs) < LEAST_PART:
            said.append(f"{name}: less than {LEAST_PART:.0%} of those out who could be")
        if max(row.gain for row in runs) > MOST_LOSS:
            said.append(f"{name}: guidance costs more than {MOST_LOSS - 1:.0%}")
        # Where people help themselves as well, the optimum is no 30 % sooner either.
        could = statistics.mean(row.best_s / row.without_s for row in runs)
        if runs[0].kind == "unbalanced" and could <= MOST_UNBALANCED < statistics.mean(row.gain for row in runs):
            said.append(f"{name}: less than {1 - MOST_UNBALANCED:.0%} sooner")
    if statistics.mean(row.ratio for row in rows) > MOST_MEAN:
        said.append(f"mean of {len({row.name for row in rows})}: beyond {MOST_MEAN:.2f} of T*fit")
    return said


def swing(told):
    """The greatest autocorrelation of the difference of two gates' queues, SWING_S or more later; from when one in a
    hundred is out until 98 are. 0 where that is over sooner."""
    out, everybody = told["done_people"], told["travellers"]
    first = next(i for i, people in enumerate(out) if people > everybody / 100)
    last = next((i for i, people in enumerate(out) if people > everybody * 0.98), len(out))
    lag = round(SWING_S / told["sample_s"])
    greatest = 0
    for one, other in itertools.combinations([gate["queue"] for gate in told["gates"]], 2):
        apart = [a - b for a, b in zip(one[first:last], other[first:last])]
        mean = statistics.mean(apart)
        apart = [d - mean for d in apart]
        power = sum(d * d for d in apart)
        for k in range(lag, len(apart) if power else 0):
            greatest = max(greatest, sum(a * b for a, b in zip(apart, apart[k:])) / power)
    return greatest


class Optimum(Case):
    def judge(self, said):
        for line in said:
            print("MISSED " + line + (" (known)" if line in KNOWN else ""))
        self.assertLessEqual(set(said), KNOWN)

    def measure(self, job):
        scenario, seed = job
        best = fit(scenario, self.folder)
        # T*fit knows that everybody follows, so the server does.
        told, alone = (play(scenario, seed, self.folder, guided, known=1) for guided in (True, False))
        row = Row(scenario.name, scenario.kind, seed, best.clearance_s, told["clearance_s"] or float("inf"),
                  alone["clearance_s"] or float("inf"), least_part(told, best))
        print(row, flush=True)
        return row

    def table(self, scenarios, seeds):
        print(HEAD)
        with ThreadPoolExecutor(2) as pool:
            rows = list(pool.map(self.measure, [(scenario, seed) for scenario in scenarios for seed in seeds]))
        print(f"mean {statistics.mean(row.ratio for row in rows):.3f}, worst {max(row.ratio for row in rows):.3f} "
              f"of T*fit; with over without {statistics.mean(row.gain for row in rows):.3f}")
        self.judge(missed(rows))
        return rows

    def test_small(self):
        (row,) = self.table(SMALL, [1])
        self.assertLess(row.gain, 0.95)

    def follow(self, job):
        """The clearance when such a share follows; None: nobody is told anything. The server has to find out how many
        do, unless all of them, which T*fit knows, too."""
        scenario, seed, share = job
        told = play(scenario, seed, self.folder / f"{share}", share is not None,
                    [] if share is None else [f"people.compliance={share}"], known=1 if share == 1 else None)
        return told["clearance_s"] or float("inf")

    def people_as_they_are(self, scenarios, seeds, allowed):
        shares = [*ALLOWED, FEW, None]
        for share in shares:
            (self.folder / f"{share}").mkdir()
        print(f"{'scenario':17} {'seed':>4} {'T*fit':>7} " + " ".join(
            f"{'without' if share is None else f'{share:.0%}':>7}" for share in shares) + "  (clearance over T*fit)")
        said = []
        with ThreadPoolExecutor(2) as pool:
            for scenario in scenarios:
                best_s = fit(scenario, self.folder).clearance_s
                for seed in seeds:
                    took = dict(zip(shares, pool.map(self.follow, [(scenario, seed, share) for share in shares])))
                    print(f"{scenario.name:17} {seed:4} {best_s:7.1f} " + " ".join(
                        f"{took[share] / best_s:7.3f}" for share in shares), flush=True)
                    said += [f"{scenario.name}: beyond {most:.2f} of T*fit when {share:.0%} follow"
                             for share, most in allowed.items() if took[share] > most * best_s]
                    if took[FEW] > MOST_LOSS * took[None]:
                        said.append(f"{scenario.name}: costs more than {MOST_LOSS - 1:.0%} when {FEW:.0%} follow")
        self.judge(said)

    def late(self, job):
        scenario, seed, arguments = job
        folder = self.folder / ("without" if arguments is None else " ".join(arguments) or "exact")
        folder.mkdir(exist_ok=True)
        return play(scenario, seed, folder, arguments is not None, arguments=arguments or [], known=1)

    def late_readings(self, scenarios, seeds):
        """Sensors that are 30 to 120 s late and +-20 % off."""
        ways, said = ([], ["--sensors-err"], ["--sensors-late"], None), []
        print(f"{'scenario':17} {'seed':>4} {'T*fit':>7} {'exact':>7} {'field':>7} {'late':>7} {'without':>7} "
              f"{'changed':>7} {'swing':>6}  (clearance over T*fit; of late: changes of a gate, swing())")
        with ThreadPoolExecutor(2) as pool:
            for scenario, seed in itertools.product(scenarios, seeds):
                best_s = fit(scenario, self.folder).clearance_s
                runs = list(pool.map(self.late, [(scenario, seed, way) for way in ways]))
                ratios = [(run["clearance_s"] or float("inf")) / best_s for run in runs]
                late = runs[2]
                print(f"{scenario.name:17} {seed:4} {best_s:7.1f} " + " ".join(f"{ratio:7.3f}" for ratio in ratios) +
                      f" {late['redirected'] / late['travellers']:7.0%} {swing(late):6.2f}", flush=True)
                if swing(late) >= MOST_SWING:
                    said.append(f"{scenario.name}: queues swing with late readings")
                if ratios[2] > MOST_LOSS * ratios[3]:
                    said.append(f"{scenario.name}: costs more than {MOST_LOSS - 1:.0%} with late readings")
        self.judge(said)

    def test_small_late(self):
        self.late_readings(SMALL, [1])

    @unittest.skipUnless(LONG, "half an hour")
    def test_bowl_late(self):
        self.late_readings([s for s in BOWL if s.kind in ("unbalanced", "closed gate", "slow turnstiles")], [1])

    def test_small_as_people_are(self):
        self.people_as_they_are(SMALL, [1], ALLOWED)

    @unittest.skipUnless(LONG, "an hour")
    def test_bowl_as_people_are(self):
        self.people_as_they_are([s for s in BOWL if s.kind in ("unbalanced", "closed gate")], range(1, 4), ALLOWED)

    @unittest.skipUnless(LONG, "an hour")
    def test_bowl(self):
        self.table(BOWL, range(1, 6))

    @unittest.skipUnless(LONG, "hours")
    def test_large(self):
        self.table(LARGE, range(1, 3))


if __name__ == "__main__":
    unittest.main()
