// The services of ../../api as clients, and unary calls as promises. Everything else is in the files that use it.
import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";
import { fileURLToPath } from "node:url";

const api = process.env.TIFO_API ?? fileURLToPath(new URL("../../api", import.meta.url));
const files = ["venue", "clock", "telemetry", "crowd", "events", "seats", "orders", "tickets"];

export const { v1 } = grpc.loadPackageDefinition(
  loader.loadSync(files.map((name) => `tifo/v1/${name}.proto`), {
    includeDirs: [api],
    enums: String,
    longs: Number, // Times and sequences stay below 2^53.
    defaults: true,
  }),
).tifo;

export const client = (name, server) => new v1[name](server, grpc.credentials.createInsecure());

// One unary call: call(seats, "HoldSeats", { ... }, { "tifo-caller": "alice" })
export function call(service, method, request, metadata = {}) {
  const headers = new grpc.Metadata({ waitForReady: true });
  for (const [key, value] of Object.entries(metadata)) headers.set(key, value);
  const deadline = Date.now() + 10_000;
  return new Promise((resolve, reject) =>
    service[method](request, headers, { deadline }, (error, answer) => (error ? reject(error) : resolve(answer))),
  );
}
