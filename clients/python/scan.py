"""A turnstile that reads a ticket: prints what its screen says, and ends with 0 when the gate opens.

The nonce makes it safe to scan again when the answer was lost: the person who was let in by this very scan
is not refused as a second one.

    python scan.py CODE --gate G1 [--server 127.0.0.1:7040]
"""

import argparse
import secrets
import sys

import grpc
from tifo.v1 import tickets_pb2, tickets_pb2_grpc, venue_pb2, venue_pb2_grpc

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("code")
arguments.add_argument("--gate", required=True, help="the gate's id, such as G1")
arguments.add_argument("--server", default="127.0.0.1:7040")
options = arguments.parse_args()

with grpc.insecure_channel(options.server) as channel:
    venue = venue_pb2_grpc.VenuesStub(channel).GetVenue(venue_pb2.GetVenueRequest()).venue
    gates = [gate.gate_id for gate in venue.gates]
    if options.gate not in gates:
        sys.exit(f"{venue.name} has no gate {options.gate}; it has {', '.join(gates)}")
    request = tickets_pb2.ScanTicketRequest(
        code=options.code, gate=gates.index(options.gate), nonce=1 + secrets.randbelow(2**64 - 1)
    )
    for attempt in range(5):
        try:
            answer = tickets_pb2_grpc.TicketsStub(channel).ScanTicket(request, timeout=2, wait_for_ready=True)
            break
        except grpc.RpcError as error:
            retry = error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
            if not retry or attempt == 4:
                raise
    result = tickets_pb2.ScanResult.Name(answer.result).removeprefix("SCAN_RESULT_")
    seat = f"  row {answer.row} seat {answer.seat_number}" if answer.ticket_id else ""
    print(f"{result}{seat}  {answer.sentence}")
    sys.exit(answer.result != tickets_pb2.SCAN_RESULT_OK)
