"""The crowd as it is now, then again whenever it changed: a line a state.

    python watch_crowd.py [--server 127.0.0.1:7040] [--count 1]
"""

import argparse
from datetime import datetime, timezone

import grpc
from tifo.v1 import crowd_pb2, crowd_pb2_grpc, venue_pb2, venue_pb2_grpc

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("--server", default="127.0.0.1:7040")
arguments.add_argument("--count", type=int, default=0, help="stop after so many states (0: never)")
options = arguments.parse_args()


def worst(state, zones):
    """The densest zone, in words."""
    densities = state.density_milli[: len(zones)]
    if not any(densities):
        return "nobody on the walkways"
    at = max(range(len(densities)), key=densities.__getitem__)
    return f"{zones[at].name} {densities[at] / 1000:.2f} p/m2"


with grpc.insecure_channel(options.server) as channel:
    venue = venue_pb2_grpc.VenuesStub(channel).GetVenue(venue_pb2.GetVenueRequest()).venue
    stream = crowd_pb2_grpc.CrowdStub(channel).WatchCrowd(crowd_pb2.WatchCrowdRequest())
    try:
        for seen, message in enumerate(stream, start=1):
            state = message.state
            time = datetime.fromtimestamp(state.at_ms / 1000, timezone.utc).strftime("%H:%M:%S")
            passed = f"{sum(state.gate_total_in)} in, {sum(state.gate_total_out)} out"
            place = worst(state, venue.zones)
            print(f"{time}  {state.inside} inside  {passed}  {place}  {len(state.alarms)} alarms", flush=True)
            if seen == options.count:
                stream.cancel()
                break
    except KeyboardInterrupt:
        stream.cancel()
