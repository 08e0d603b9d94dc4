"""HTTP/2 by hand (RFC 9113), as a good client speaks it and as no client should."""
import select
import socket

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS = 0, 1, 2, 3, 4
PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 5, 6, 7, 8, 9
END_STREAM, ACK, END_HEADERS, PADDED, PRIORITY_FLAG = 1, 1, 4, 8, 32
HEALTH = "/grpc.health.v1.Health/Check"
PATIENCE_S = 120  # Far beyond "at once", for machines that do much else.


def frame(kind, flags=0, stream=0, body=b""):
    return len(body).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + body


def settings(*pairs):
    return frame(SETTINGS, body=b"".join(
        key.to_bytes(2, "big") + value.to_bytes(4, "big") for key, value in pairs))


def text(value):
    """A string literal of HPACK (RFC 7541), not Huffman-coded."""
    value = value.encode() if isinstance(value, str) else value
    size = len(value)
    if size < 127:
        return bytes([size]) + value
    rest, out = size - 127, b"\x7f"
    while rest > 127:
        out += bytes([rest & 127 | 128])
        rest >>= 7
    return out + bytes([rest]) + value


def header(name, value):
    """Without indexing."""
    return b"\0" + text(name) + text(value)


def request_block(path=HEALTH, *more):
    fields = [(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"),
              ("content-type", "application/grpc"), ("te", "trailers"), *more]
    return b"".join(header(name, value) for name, value in fields)


def message(packed=b"", compressed=0):
    return bytes([compressed]) + len(packed).to_bytes(4, "big") + packed


def call(stream, path=HEALTH, packed=b""):
    """All of a unary call."""
    return (frame(HEADERS, END_HEADERS, stream, request_block(path)) +
            frame(DATA, END_STREAM, stream, message(packed)))


class Peer:
    def __init__(self, port, begin=True):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.next_stream = 1
        if begin:
            self.send(PREFACE + settings())

    def send(self, data):
        """False: the server has hung up."""
        try:
            self.socket.sendall(data)
            return True
        except (ConnectionError, socket.timeout):
            return False

    def read(self):
        """The next frame: kind, flags, stream, body. None: the connection is closed."""
        while True:
            if len(self.received) >= 9:
                size = int.from_bytes(self.received[:3], "big")
                if len(self.received) >= 9 + size:
                    head, body = self.received[:9], self.received[9:9 + size]
                    self.received = self.received[9 + size:]
                    return head[3], head[4], int.from_bytes(head[5:9], "big"), body
            try:
                data = self.socket.recv(65536)
            except ConnectionError:
                return None
            if not data:
                return None
            self.received += data

    def is_served(self):
        """A health check on this connection: True if it is answered SERVING."""
        stream, answered = self.next_stream, False
        self.next_stream += 2
        if not self.send(call(stream)):
            return False
        while read := self.read():
            kind, flags, where, body = read
            if kind == SETTINGS and not flags & ACK:
                self.send(frame(SETTINGS, ACK))
            elif kind == PING and not flags & ACK:
                self.send(frame(PING, ACK, 0, body))
            elif kind == DATA and where == stream:
                answered = body == message(b"\x08\x01")
            elif kind == HEADERS and where == stream and flags & END_STREAM:
                return answered
        return False

    def fill(self, windows, window, most):
        """Sends DATA on each stream of `windows`, up to `most` bytes less one, until the server gives
        no more window for a second or hangs up. The bytes that it took."""
        sent = dict.fromkeys(windows, 0)
        while True:
            for stream, room in windows.items():
                size = min(room, window, 16384, most - 1 - sent[stream])
                if size > 0:
                    if not self.send(frame(DATA, 0, stream, bytes(size))):
                        return sum(sent.values())
                    sent[stream] += size
                    windows[stream] -= size
                    window -= size
            if any(min(room, window, most - 1 - sent[stream]) > 0 for stream, room in windows.items()):
                continue
            if not self.received and not select.select([self.socket], [], [], 1)[0]:
                return sum(sent.values())
            read = self.read()
            if not read:
                return sum(sent.values())
            kind, flags, stream, body = read
            if kind == WINDOW_UPDATE:
                more = int.from_bytes(body, "big")
                if stream == 0:
                    window += more
                elif stream in windows:
                    windows[stream] += more
            elif kind == PING and not flags & ACK:
                self.send(frame(PING, ACK, 0, body))
            elif kind == SETTINGS and not flags & ACK:
                self.send(frame(SETTINGS, ACK))
                for at in range(0, len(body), 6):
                    if body[at:at + 2] == b"\0\4":
                        more = int.from_bytes(body[at + 2:at + 6], "big") - 65535
                        windows = {stream: room + more for stream, room in windows.items()}

    def verdict(self, asks=False):
        """What the server says until it hangs up, once nothing more is sent: "closed", or the code of
        its GOAWAY. With `asks` it is pinged first: "goes on" if it answers, "waits" if it does nothing
        for a second, as in the middle of a frame."""
        if asks:
            self.send(frame(PING, 0, 0, b"goes on?"))
            self.socket.settimeout(1)
        said = "closed"
        try:
            if not asks:
                self.socket.shutdown(socket.SHUT_WR)
            while read := self.read():
                if read[0] == GOAWAY:
                    said = f"GOAWAY {int.from_bytes(read[3][4:8], 'big')}"
                elif asks and read[0] == PING and read[1] & ACK and read[3] == b"goes on?":
                    return "goes on"
        except socket.timeout:
            return said if said != "closed" else "waits"
        except OSError:
            pass
        return said

    def close(self):
        """With a reset: no port is left waiting."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()
