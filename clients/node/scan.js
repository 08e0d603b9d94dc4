// A turnstile that reads a ticket: prints what its screen says, and ends with 0 when the gate opens. The nonce makes
// it safe to scan again when the answer was lost: whom this very scan let in is not refused as a second one.
//   node scan.js CODE --gate G1 [--server 127.0.0.1:7040]
import { randomBytes } from "node:crypto";
import { call, client } from "./tifo.js";
import { read } from "./options.js";

const { server, gate: id, rest } = read("node scan.js CODE --gate G1", { gate: { type: "string", default: "" } }, 1);
const { venue } = await call(client("Venues", server), "GetVenue", {});
const gate = venue.gates.findIndex((row) => row.gateId === id);
if (gate < 0) {
  console.error(`${venue.name} has no gate ${id}; it has ${venue.gates.map((row) => row.gateId).join(", ")}`);
  process.exit(1);
}
const nonce = (randomBytes(8).readBigUInt64BE() | 1n).toString();
const request = { code: rest[0], gate, nonce };
const tickets = client("Tickets", server);
let answer;
for (let attempt = 1; !answer; attempt++) {
  try {
    answer = await call(tickets, "ScanTicket", request);
  } catch (error) {
    if (![4, 14].includes(error.code) || attempt === 5) throw error; // DEADLINE_EXCEEDED, UNAVAILABLE
  }
}
const seat = answer.ticketId ? `  row ${answer.row} seat ${answer.seatNumber}` : "";
console.log(`${answer.result.replace("SCAN_RESULT_", "")}${seat}  ${answer.sentence}`);
process.exit(answer.result === "SCAN_RESULT_OK" ? 0 : 1);
