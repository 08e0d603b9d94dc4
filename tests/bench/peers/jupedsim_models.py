#!/usr/bin/env python3
"""One of JuPedSim's models on the grounds of grounds.py: `jupedsim_models.py MODEL CASE` prints its figures
as JSON. Needs the venv that the bench makes. Its own parameters, but for free speed and radius."""
import json
import math
import pathlib
import sys
import tempfile
import time

import jupedsim as jps
from shapely import box

import grounds

STALLED_S = 60  # Nobody got out for so long: it is stuck.
MODELS = {  # Its step in s, the model, everybody's parameters.
    "cfsm": (0.05, jps.CollisionFreeSpeedModel, jps.CollisionFreeSpeedModelAgentParameters),
    "cfsm2": (0.05, jps.CollisionFreeSpeedModelV2, jps.CollisionFreeSpeedModelV2AgentParameters),
    "avm": (0.05, jps.AnticipationVelocityModel, jps.AnticipationVelocityModelAgentParameters),
    "social-force": (0.01, jps.SocialForceModel, jps.SocialForceModelAgentParameters),
    "centrifugal": (0.01, jps.GeneralizedCentrifugalForceModel,
                    jps.GeneralizedCentrifugalForceModelAgentParameters),
}


def walk(ground: grounds.Ground, model: str, path: pathlib.Path) -> tuple:
    dt, make, parameters = MODELS[model]
    floor = box(0, 0, ground.width, ground.depth)
    for x, y, width, depth in ground.walls:
        floor = floor.difference(box(x, y, x + width, y + depth))
    writer = jps.SqliteTrajectoryWriter(output_file=path,
                                        every_nth_frame=round(1 / dt / grounds.FRAMES_A_SECOND))
    simulation = jps.Simulation(model=make(), geometry=floor, dt=dt, trajectory_writer=writer)
    stages = [simulation.add_exit_stage([(x, y), (x + w, y), (x + w, y + d), (x, y + d)])
              for x, y, w, d in ground.exits]
    journeys = [simulation.add_journey(jps.JourneyDescription([stage])) for stage in stages]
    own = {} if model == "centrifugal" else {"radius": grounds.RADIUS_M}
    for x, y, exit in ground.people:
        simulation.add_agent(parameters(position=(x, y), desired_speed=grounds.SPEED_MPS,
                                        journey_id=journeys[exit], stage_id=stages[exit], **own))
    steps, cpu_s, left, since = 0, 0.0, simulation.agent_count(), 0.0
    while left > 0 and simulation.elapsed_time() < ground.seconds:
        steps += left
        before = time.thread_time()
        simulation.iterate()
        cpu_s += time.thread_time() - before
        if simulation.agent_count() < left:
            left, since = simulation.agent_count(), simulation.elapsed_time()
        elif simulation.elapsed_time() - since > STALLED_S:
            break
    writer.close()
    return path, left, cpu_s, steps


def main() -> None:
    model, case = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        def one(ground):
            path = pathlib.Path(folder, "theirs.sqlite")
            path.unlink(missing_ok=True)
            return walk(ground, model, path)
        result = grounds.figures(one, case)
    print(json.dumps({key: None if isinstance(value, float) and math.isnan(value) else value
                      for key, value in result.items()}))


if __name__ == "__main__":
    main()
