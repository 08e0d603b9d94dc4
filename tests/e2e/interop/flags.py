"""A forwarder between a gRPC client and a server that writes down, of each message that passes,
whether it is compressed: the first byte of its frame says so, whatever either side believes."""
import asyncio
import threading

PREFACE_BYTES = 24
DATA, PADDED = 0, 8


class Messages:
    """What one side sends on one connection: HTTP/2 frames, gRPC messages in those of kind DATA."""

    def __init__(self, skip, found):
        self.skip, self.found = skip, found
        self.frames, self.streams = b"", {}

    def feed(self, data):
        skipped = min(self.skip, len(data))
        self.skip -= skipped
        self.frames += data[skipped:]
        while len(self.frames) >= 9:
            size = int.from_bytes(self.frames[:3], "big")
            if len(self.frames) < 9 + size:
                return
            kind, flags = self.frames[3], self.frames[4]
            stream = int.from_bytes(self.frames[5:9], "big")
            body = self.frames[9:9 + size]
            self.frames = self.frames[9 + size:]
            if kind == DATA:
                if flags & PADDED:
                    body = body[1:len(body) - body[0]]
                self.take(stream, body)

    def take(self, stream, body):
        rest = self.streams.get(stream, b"") + body
        while len(rest) >= 5 and len(rest) >= 5 + int.from_bytes(rest[1:5], "big"):
            self.found.append(rest[0] == 1)
            rest = rest[5 + int.from_bytes(rest[1:5], "big"):]
        self.streams[stream] = rest


class Forwarder:
    """requests, answers: for each message in the order of passing, whether it was compressed. They
    are written before the message goes on."""

    def __init__(self, target):
        self.target = target
        self.requests, self.answers = [], []
        self.loop = asyncio.new_event_loop()
        started = threading.Event()
        self.thread = threading.Thread(target=self.run, args=(started,), daemon=True)
        self.thread.start()
        started.wait()

    def run(self, started):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        self.loop.run_forever()

    async def serve(self, reader, writer):
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        await asyncio.gather(
            self.pipe(reader, back, Messages(PREFACE_BYTES, self.requests)),
            self.pipe(there, writer, Messages(0, self.answers)))

    @staticmethod
    async def pipe(reader, writer, messages):
        try:
            while data := await reader.read(65536):
                messages.feed(data)
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        writer.close()

    def taken(self):
        """Both lists, which begin anew."""
        both = list(self.requests), list(self.answers)
        self.requests.clear()
        self.answers.clear()
        return both
