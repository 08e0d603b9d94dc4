// A turnstile that reports: people in and out since it last did, as columns. Safe to send again after a lost
// answer: the server knows each source's last sequence and counts what it has seen as duplicates.
//   node send-telemetry.js --gate G1 --in 12 --out 3 --sequence 1 [--server 127.0.0.1:7040]
import { call, client } from "./tifo.js";
import { read } from "./options.js";

const number = { type: "string", default: "0" };
const options = read("node send-telemetry.js --gate G1 --in 12 --out 3 --sequence 1", {
  gate: { type: "string", default: "" },
  in: number,
  out: number,
  sequence: { type: "string", default: "1" },
});
const { venue } = await call(client("Venues", options.server), "GetVenue", {});
const gate = venue.gates.findIndex((row) => row.gateId === options.gate);
if (gate < 0) {
  console.error(`${venue.name} has no gate ${options.gate}; it has ${venue.gates.map((row) => row.gateId).join(", ")}`);
  process.exit(1);
}
const { nowMs } = await call(client("Clock", options.server), "GetClock", {});
const answer = await call(client("Telemetry", options.server), "Report", {
  readings: {
    venueId: venue.venueId,
    source: `turnstile-${options.gate}`,
    sequence: Number(options.sequence),
    atMs: nowMs,
    turnstiles: { gate: [gate], in: [Number(options.in)], out: [Number(options.out)] },
  },
});
console.log(`${answer.accepted} accepted, ${answer.duplicates} seen before`);
