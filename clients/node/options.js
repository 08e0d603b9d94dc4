// --name value pairs, with a line that says how when one is missing or unknown.
import { parseArgs } from "node:util";

export function read(usage, options, positionals = 0) {
  try {
    const given = parseArgs({
      options: { server: { type: "string", default: "127.0.0.1:7040" }, ...options },
      allowPositionals: positionals > 0,
    });
    if (given.positionals.length !== positionals) throw new Error("something is missing");
    return { ...given.values, rest: given.positionals };
  } catch (error) {
    console.error(`${error.message}\nusage: ${usage} [--server 127.0.0.1:7040]`);
    process.exit(2);
  }
}
