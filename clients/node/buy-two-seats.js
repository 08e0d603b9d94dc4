// Two neighbouring seats: held, paid for, and their tickets fetched. Every write carries an idempotency key: sent
// again with the same key after a lost answer it is done once and answered the same, so a retry never buys twice.
//   node buy-two-seats.js [--event ID] [--as alice] [--server 127.0.0.1:7040]
import { randomUUID } from "node:crypto";
import { call, client } from "./tifo.js";
import { read } from "./options.js";

const { server, event: wanted, as } = read("node buy-two-seats.js [--event ID] [--as NAME]", {
  event: { type: "string" },
  as: { type: "string", default: "alice" },
});
const [venues, events, seats, orders, tickets] = ["Venues", "Events", "Seats", "Orders", "Tickets"].map((name) => client(name, server));
const UNAVAILABLE = 14;
const FAILED_PRECONDITION = 9;

async function write(service, method, request) {
  const metadata = { "tifo-caller": as, "idempotency-key": randomUUID() };
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(service, method, request, metadata);
    } catch (error) {
      if (error.code !== UNAVAILABLE || attempt === 5) throw error;
    }
  }
}

// Free seats side by side in a row. Seats are numbered block after block, row after row.
function* pairs(venue, { blocks }) {
  let seat = 0;
  for (const [i, block] of venue.blocks.entries()) {
    const states = blocks[i].states;
    let at = 0;
    for (const row of block.rows) {
      for (let k = at; k + 1 < at + row.seats; k++) if (states[k] === 1 && states[k + 1] === 1) yield [seat + k, seat + k + 1];
      at += row.seats;
    }
    seat += at;
  }
}

const { events: all } = await call(events, "ListEvents", {});
const event = all.find((row) => row.state === "EVENT_STATE_PUBLISHED" && (!wanted || row.eventId === wanted));
if (!event) {
  console.error("nothing is on sale; publish an event first");
  process.exit(1);
}
const { venue } = await call(venues, "GetVenue", {});
let hold;
for (const pair of pairs(venue, await call(seats, "GetSeatMap", { eventId: event.eventId }))) {
  try {
    ({ hold } = await write(seats, "HoldSeats", { eventId: event.eventId, seats: pair }));
    break;
  } catch (error) {
    if (error.code !== FAILED_PRECONDITION) throw error; // Somebody was faster: on to the next pair.
  }
}
if (!hold) {
  console.error(`no two seats side by side are left for ${event.title}`);
  process.exit(1);
}
const { order } = await write(orders, "ConfirmHold", { holdId: hold.holdId, version: hold.version, paymentToken: "tok_ok" });
const bought = await call(tickets, "GetTickets", { orderId: order.orderId }, { "tifo-caller": as });
console.error(`${event.title}: ${(order.totalMinor / 100).toFixed(2)} ${order.currency}`);
for (const ticket of bought.tickets) {
  console.error(`row ${ticket.row} seat ${ticket.seatNumber}`);
  console.log(ticket.code);
}
