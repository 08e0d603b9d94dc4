"""Two neighbouring seats: held, paid for, and their tickets fetched.

Every write carries an idempotency key. A call whose answer was lost is sent again with the same key: it
is done once, and answered the same. So a retry never buys twice.

    python buy_two_seats.py [--server 127.0.0.1:7040] [--event ID] [--as alice]
"""

import argparse
import sys
import uuid

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from tifo.v1 import events_pb2, events_pb2_grpc, orders_pb2, orders_pb2_grpc
from tifo.v1 import seats_pb2, seats_pb2_grpc, tickets_pb2, tickets_pb2_grpc, venue_pb2, venue_pb2_grpc

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("--server", default="127.0.0.1:7040")
arguments.add_argument("--event", help="the event's id (default: the first that is on sale)")
arguments.add_argument("--as", default="alice", dest="caller", help="who buys")
options = arguments.parse_args()


def reason(error):
    """Why a call was refused, as a word: SEAT_TAKEN, HOLD_ENDED ..."""
    status = rpc_status.from_call(error)
    for detail in status.details if status else []:
        info = error_details_pb2.ErrorInfo()
        if detail.Unpack(info):
            return info.reason
    return error.code().name


def write(method, request):
    """A write with a key of its own, tried again under the same key while the server is away."""
    metadata = [("tifo-caller", options.caller), ("idempotency-key", str(uuid.uuid4()))]
    for attempt in range(5):
        try:
            return method(request, metadata=metadata, timeout=5, wait_for_ready=True)
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.UNAVAILABLE or attempt == 4:
                raise


def pairs(venue, seat_map):
    """Free seats side by side in a row, as (first, second). Seats are numbered block after block, row after row."""
    index = 0
    for block, states in zip(venue.blocks, seat_map.blocks):
        free = [state == seats_pb2.SEAT_STATE_FREE for state in states.states]
        at = 0
        for row in block.rows:
            for i in range(at, at + row.seats - 1):
                if free[i] and free[i + 1]:
                    yield index + i, index + i + 1
            at += row.seats
        index += at


with grpc.insecure_channel(options.server) as channel:
    events = events_pb2_grpc.EventsStub(channel)
    seats = seats_pb2_grpc.SeatsStub(channel)
    on_sale = [
        event
        for event in events.ListEvents(events_pb2.ListEventsRequest()).events
        if event.state == events_pb2.EVENT_STATE_PUBLISHED and options.event in (None, event.event_id)
    ]
    if not on_sale:
        sys.exit("nothing is on sale; publish an event first")
    event = on_sale[0]

    venue = venue_pb2_grpc.VenuesStub(channel).GetVenue(venue_pb2.GetVenueRequest()).venue
    hold = None
    for pair in pairs(venue, seats.GetSeatMap(seats_pb2.GetSeatMapRequest(event_id=event.event_id))):
        try:
            hold = write(seats.HoldSeats, seats_pb2.HoldSeatsRequest(event_id=event.event_id, seats=pair)).hold
            break
        except grpc.RpcError as error:
            if reason(error) != "SEAT_TAKEN":  # Somebody was faster: on to the next pair.
                raise
    if not hold:
        sys.exit(f"no two seats side by side are left for {event.title}")

    order = write(
        orders_pb2_grpc.OrdersStub(channel).ConfirmHold,
        orders_pb2.ConfirmHoldRequest(hold_id=hold.hold_id, version=hold.version, payment_token="tok_ok"),
    ).order
    tickets = tickets_pb2_grpc.TicketsStub(channel).GetTickets(
        tickets_pb2.GetTicketsRequest(order_id=order.order_id), metadata=[("tifo-caller", options.caller)]
    )
    print(f"{event.title}: {order.total_minor / 100:.2f} {order.currency}", file=sys.stderr)
    for ticket in tickets.tickets:
        print(f"row {ticket.row} seat {ticket.seat_number}", file=sys.stderr)
        print(ticket.code)
