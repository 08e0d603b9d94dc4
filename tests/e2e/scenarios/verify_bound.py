"""A verifier of T*bound and its cut: from the walkway graph and the file of measured capacities alone, with its own flow."""

import collections
import json

TOLERANCE = 1e-3


def measured(path):
    """Element name -> numbers of its line, in the file's order."""
    lines = (line.split() for line in path.read_text().splitlines())
    return {words[1]: [float(word) for word in words[2:]] for words in lines if words and words[0] == "element"}


class Ground:
    """The graph of `tifo venue show --json`, with the most that each door was ever seen to pass, people a second.
    In an evacuation the lanes of gates are opened, so their own limits do not hold."""

    def __init__(self, venue, elements, evacuates):
        self.venue, self.elements = venue, elements
        self.zones = venue["zones"]
        self.outside = {i for i, zone in enumerate(self.zones) if zone["kind"] == "ZONE_KIND_OUTSIDE"}
        self.doors = []  # (from, to or None for outside, people a second, ("gate" or "opening", index))
        for link in venue["links"]:
            ends = [link["node_a"], link["node_b"]]
            if link["kind"] == "LINK_KIND_GATE":
                gate = venue["gates"][link["index"]]
                most = self.most(("gate", "door"), gate["width_m"])
                if gate["exit_limited"] and not evacuates:
                    most = min(most, gate["exit_capacity_ppm"] / 60)
                self.doors.append((gate["zone_inside"], None, most, ("gate", link["index"])))
            elif link["kind"] == "LINK_KIND_OPENING" and not self.outside & set(ends):
                most = self.most(self.kinds(ends), link["width_m"])
                ways = [ends, ends[::-1]]
                for start, end in ways:
                    if not self.is_block(end):  # rows are left, not walked through
                        self.doors.append((start, end, most, ("opening", link["index"])))

    def is_block(self, place):
        return place >= len(self.zones)

    def kind(self, place):
        return "block" if self.is_block(place) else self.zones[place]["kind"]

    def kinds(self, ends):
        kinds = [self.kind(place) for place in ends]
        if "ZONE_KIND_STAIRS" in kinds:
            return ("stairs-up", "stairs-down")
        return ("aisle", "door") if kinds.count("ZONE_KIND_AISLE") == 1 else ("door",)

    def most(self, names, width):
        def one(name):
            slope, zero, least, _, _, spread, held_out, _ = self.elements[name]
            mean = (slope * least + zero) * width / least if width < least else slope * width + zero
            return max(0, mean) * (1 + 3 * spread + held_out)

        return max(one(name) for name in names)


def most_out(ground, people, shut, seconds):
    """The greatest flow out in that time if nobody needs time to walk: shortest augmenting ways (Edmonds and Karp)."""
    room = collections.defaultdict(float)
    near = collections.defaultdict(set)

    def add(start, end, much):
        room[start, end] += much
        near[start].add(end)
        near[end].add(start)

    for start, end, rate, door in ground.doors:
        if door not in shut:
            add(start, "out" if end is None else end, rate * seconds)
    for place, count in people.items():
        add("in", place, count)
    total = 0
    while True:
        before, queue = {"in": None}, collections.deque(["in"])
        while queue and "out" not in before:
            here = queue.popleft()
            for there in near[here]:
                if there not in before and room[here, there] > 1e-9:
                    before[there] = here
                    queue.append(there)
        if "out" not in before:
            return total
        way, here = [], "out"
        while before[here] is not None:
            way.append((before[here], here))
            here = before[here]
        much = min(room[step] for step in way)
        for start, end in way:
            room[start, end] -= much
            room[end, start] += much
        total += much


def behind(ground, shut):
    """Places from which nothing leads out but what is in `shut`."""
    leads, more = set(), True
    while more:
        more = False
        for start, end, _, door in ground.doors:
            if door not in shut and start not in leads and (end is None or end in leads):
                leads.add(start)
                more = True
    places = {door[0] for door in ground.doors} | {door[1] for door in ground.doors if door[1] is not None}
    return places - leads


def faults(ground, people, closed, bound):
    """What is wrong with a published bound; empty: it holds, and no greater one does."""
    shut = {("gate", gate) for gate in closed}
    everybody = sum(people.values())
    wanted = 0.98 * everybody
    seconds = bound["bound_ms"] / 1000
    cut = {("gate", gate) for gate in bound["cut_gate"]} | {("opening", o) for o in bound["cut_opening"]}
    caught = behind(ground, shut | cut)
    count = sum(people.get(place, 0) for place in caught)
    rate = sum(rate for start, end, rate, door in ground.doors
               if door in cut and door not in shut and start in caught and end not in caught)
    said = []
    if bound["people"] != everybody:
        said.append(f"it is for {bound['people']} people, not {everybody}")
    if seconds > 0 and count != bound["cut_people"]:
        said.append(f"{count} people are behind the cut, not {bound['cut_people']}")
    if seconds > 0 and abs(rate * 60 - bound["cut_capacity_ppm"]) > TOLERANCE * rate * 60:
        said.append(f"the cut passes {rate * 60:.3f} a minute, not {bound['cut_capacity_ppm']}")
    if seconds > 0 and seconds * rate > (count - (everybody - wanted)) * (1 + TOLERANCE / 4):
        said.append("the cut does not prove it")
    if seconds > 0 and most_out(ground, people, shut, seconds * (1 - TOLERANCE)) >= wanted:
        said.append("it can be cleared sooner")
    if most_out(ground, people, shut, seconds * (1 + TOLERANCE) + 0.2) < wanted:
        said.append("there is a greater bound")
    if bound["fit_ms"] < bound["bound_ms"]:
        said.append("T*fit is below T*bound")
    return said


def load(text, path, evacuates=False):
    """A ground from the output of `tifo venue show --json` and the path of the measured capacities."""
    return Ground(json.loads(text), measured(path), evacuates)
