"""A turnstile that reports: people in and out since it last did, as columns.

Safe to send again after a lost answer: the server knows each source's last sequence and counts what it
has seen as duplicates.

    python send_telemetry.py --gate G1 --in 12 --out 3 --sequence 1 [--server 127.0.0.1:7040]
"""

import argparse
import sys

import grpc
from tifo.v1 import clock_pb2, clock_pb2_grpc, telemetry_pb2, telemetry_pb2_grpc, venue_pb2, venue_pb2_grpc

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("--server", default="127.0.0.1:7040")
arguments.add_argument("--gate", required=True, help="the gate's id, such as G1")
arguments.add_argument("--in", type=int, default=0, dest="entered")
arguments.add_argument("--out", type=int, default=0, dest="left")
arguments.add_argument("--sequence", type=int, required=True, help="rises with each message of this source")
options = arguments.parse_args()

with grpc.insecure_channel(options.server) as channel:
    venue = venue_pb2_grpc.VenuesStub(channel).GetVenue(venue_pb2.GetVenueRequest()).venue
    gates = [gate.gate_id for gate in venue.gates]
    if options.gate not in gates:
        sys.exit(f"{venue.name} has no gate {options.gate}; it has {', '.join(gates)}")
    now = clock_pb2_grpc.ClockStub(channel).GetClock(clock_pb2.GetClockRequest()).now_ms
    readings = telemetry_pb2.Readings(
        venue_id=venue.venue_id,
        source=f"turnstile-{options.gate}",
        sequence=options.sequence,
        at_ms=now,
        turnstiles=telemetry_pb2.TurnstileCounts(
            gate=[gates.index(options.gate)], **{"in": [options.entered]}, out=[options.left]
        ),
    )
    answer = telemetry_pb2_grpc.TelemetryStub(channel).Report(telemetry_pb2.ReportRequest(readings=readings))
    print(f"{answer.accepted} accepted, {answer.duplicates} seen before")
