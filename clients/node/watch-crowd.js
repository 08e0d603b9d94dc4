// The crowd as it is now, then again whenever it changed: a line a state.
//   node watch-crowd.js [--count 1] [--server 127.0.0.1:7040]
import { call, client } from "./tifo.js";
import { read } from "./options.js";

const { server, count } = read("node watch-crowd.js [--count N]", { count: { type: "string", default: "0" } });
const { venue } = await call(client("Venues", server), "GetVenue", {});
const stream = client("Crowd", server).WatchCrowd({});
process.on("SIGINT", () => stream.cancel());

let seen = 0;
try {
  for await (const { state } of stream) {
    const densities = state.densityMilli.slice(0, venue.zones.length);
    const at = densities.indexOf(Math.max(...densities));
    const worst = densities[at] > 0 ? `${venue.zones[at].name} ${(densities[at] / 1000).toFixed(2)} p/m2` : "nobody on the walkways";
    const time = new Date(state.atMs).toISOString().slice(11, 19);
    const sum = (column) => column.reduce((all, people) => all + people, 0);
    const passed = `${sum(state.gateTotalIn)} in, ${sum(state.gateTotalOut)} out`;
    console.log(`${time}  ${state.inside} inside  ${passed}  ${worst}  ${state.alarms.length} alarms`);
    if (++seen === Number(count)) break; // Leaving the loop cancels the call.
  }
} catch (error) {
  if (error.details !== "Cancelled on client") throw error;
}
