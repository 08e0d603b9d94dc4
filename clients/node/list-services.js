// What a server offers, asked of the server itself (reflection): no .proto file of it is needed.
//   node list-services.js [--server 127.0.0.1:7040]
import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";
import protobuf from "protobufjs";
import "protobufjs/ext/descriptor/index.js";
import { createRequire } from "node:module";
import path from "node:path";
import { read } from "./options.js";

const { server } = read("node list-services.js", {});
const folder = path.dirname(createRequire(import.meta.url).resolve("@grpc/reflection/package.json"));
const { reflection } = grpc.loadPackageDefinition(
  loader.loadSync("grpc/reflection/v1/reflection.proto", { includeDirs: [path.join(folder, "build/proto")] }),
).grpc;
const stream = new reflection.v1.ServerReflection(server, grpc.credentials.createInsecure()).ServerReflectionInfo();
const answers = stream[Symbol.asyncIterator]();

async function ask(question) {
  stream.write(question);
  const { value, done } = await answers.next();
  if (done) throw new Error("the server ended the stream");
  if (value.errorResponse) throw new Error(value.errorResponse.errorMessage);
  return value;
}

const { FileDescriptorProto } = protobuf.descriptor;
const { listServicesResponse } = await ask({ listServices: "" });
for (const { name } of listServicesResponse.service) {
  const { fileDescriptorResponse } = await ask({ fileContainingSymbol: name });
  console.log(name);
  for (const file of fileDescriptorResponse.fileDescriptorProto.map((bytes) => FileDescriptorProto.decode(bytes)))
    for (const service of file.service.filter((row) => `${file.package}.${row.name}` === name))
      for (const { name: method, inputType, outputType, clientStreaming, serverStreaming } of service.method) {
        const takes = (clientStreaming ? "stream " : "") + inputType.split(".").pop();
        const gives = (serverStreaming ? "stream " : "") + outputType.split(".").pop();
        console.log(`  ${method}(${takes}) -> ${gives}`);
      }
}
stream.end();
