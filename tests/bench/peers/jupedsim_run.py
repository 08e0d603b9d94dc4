#!/usr/bin/env python3
"""JuPedSim's collision-free speed model in the scenario of the case sim-peers, from the positions that
ours began with: `jupedsim_run.py ours.sqlite theirs.sqlite` prints person-steps and CPU seconds as
JSON. Needs the venv that the case makes."""
import json
import pathlib
import sqlite3
import sys
import time

import jupedsim as jps
from shapely import Polygon, from_wkt

DT_S, SPEED_MPS, RADIUS_M, MOST_S = 0.1, 1.34, 0.2, 300
EXIT = [(28.0, 8.0), (29.5, 8.0), (29.5, 12.0), (28.0, 12.0)]  # Within the target of the scenario.


def main() -> None:
    ours, theirs = sys.argv[1:]
    with sqlite3.connect(ours) as db:
        starts = db.execute("SELECT pos_x, pos_y FROM trajectory_data WHERE frame = 0 ORDER BY id")
        starts = starts.fetchall()
        geometry = from_wkt(db.execute("SELECT wkt FROM geometry").fetchone()[0])
    floor = Polygon(geometry.geoms[0].exterior)  # Obstacles stand on its edge: not valid as a whole.
    for hole in geometry.geoms[0].interiors:
        floor = floor.difference(Polygon(hole))
    pathlib.Path(theirs).unlink(missing_ok=True)
    simulation = jps.Simulation(
        model=jps.CollisionFreeSpeedModel(), geometry=floor, dt=DT_S,
        trajectory_writer=jps.SqliteTrajectoryWriter(output_file=pathlib.Path(theirs),
                                                     every_nth_frame=1))
    stage = simulation.add_exit_stage(EXIT)
    journey = simulation.add_journey(jps.JourneyDescription([stage]))
    for at in starts:
        simulation.add_agent(jps.CollisionFreeSpeedModelAgentParameters(
            position=at, desired_speed=SPEED_MPS, radius=RADIUS_M, journey_id=journey,
            stage_id=stage))
    steps, cpu_s = 0, 0.0
    while simulation.agent_count() > 0 and simulation.iteration_count() * DT_S < MOST_S:
        steps += simulation.agent_count()
        before = time.thread_time()
        simulation.iterate()
        cpu_s += time.thread_time() - before
    print(json.dumps({"person_steps": steps, "cpu_s": cpu_s, "left": simulation.agent_count()}))


if __name__ == "__main__":
    main()
