"""The cases of compression on Python's grpcio, as client and as server. grpcio does not tell whether
a message came compressed: the forwarder between the two sides does (flags.py).

grpcio's client compresses all messages of a call or none, so client_compressed_streaming is two calls
there. Messages are written by hand: the few fields of grpc.testing that the cases use."""
from concurrent import futures

import grpc

from flags import Forwarder

GZIP, NONE = grpc.Compression.Gzip, grpc.Compression.NoCompression
REQUEST_BYTES, RESPONSE_BYTES = 271828, 314159
PATH = "/grpc.testing.TestService/"
PATIENCE_S = 30


# ---- Messages

def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, value):
    """A number, or bytes: text, or a message."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def fields(message):
    """[(number, value)], values as field() takes them."""
    found, at = [], 0

    def read():
        nonlocal at
        number = shift = 0
        while True:
            byte = message[at]
            at += 1
            number |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return number

    while at < len(message):
        key = read()
        value = read()
        if key & 7 == 2:
            at, value = at + value, message[at:at + value]
        found.append((key >> 3, value))
    return found


def first(message, number, otherwise=b""):
    return next((value for key, value in fields(message) if key == number), otherwise)


def payload(size):
    return field(2, bytes(size))


def payload_size(message, number):
    """Of the zeros in the payload field of a message; -1: something else."""
    body = first(first(message, number), 2)
    return len(body) if not any(body) else -1


def is_true(message):
    """Of a BoolValue."""
    return first(message, 1, 0) == 1


# ---- Client

class Client:
    def __init__(self, port, *options):
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}", options)

    def unary(self, request, compression):
        return self.channel.unary_unary(PATH + "UnaryCall")(
            request, timeout=PATIENCE_S, compression=compression)

    def upload(self, requests, compression):
        return self.channel.stream_unary(PATH + "StreamingInputCall")(
            iter(requests), timeout=PATIENCE_S, compression=compression)

    def download(self, request):
        return list(self.channel.unary_stream(PATH + "StreamingOutputCall")(
            request, timeout=PATIENCE_S))


def large(**wanted):
    numbers = {"response_compressed": 6, "expect_compressed": 8}
    return (field(2, RESPONSE_BYTES) + field(3, payload(REQUEST_BYTES)) +
            b"".join(field(numbers[name], field(1, int(value))) for name, value in wanted.items()))


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def expect_refused(call):
    try:
        call()
    except grpc.RpcError as error:
        expect(error.code() == grpc.StatusCode.INVALID_ARGUMENT, f"refused with {error.code()}")
    else:
        raise AssertionError("the probe is not refused")


def client_compressed_unary(client, forwarder):
    expect_refused(lambda: client.unary(large(expect_compressed=True), NONE))
    for compression in GZIP, grpc.Compression.Deflate, NONE:
        reply = client.unary(large(expect_compressed=compression is not NONE), compression)
        expect(payload_size(reply, 1) == RESPONSE_BYTES, "the answer has another size")
    requests, answers = forwarder.taken()
    expect(requests == [False, True, True, False], f"requests are compressed: {requests}")
    expect(not any(answers), f"answers are compressed: {answers}")


def client_compressed_streaming(client, forwarder):
    def request(expects, size):
        return field(1, payload(size)) + field(2, field(1, int(expects)))
    expect_refused(lambda: client.upload([request(True, 27182)], NONE))
    for compression in GZIP, NONE:
        expects = compression is GZIP
        reply = client.upload([request(expects, 27182), request(expects, 45904)], compression)
        expect(first(reply, 1) == 73086, f"{first(reply, 1)} bytes have come")
    requests, _ = forwarder.taken()
    expect(requests == [False, True, True, False, False], f"requests are compressed: {requests}")


def server_compressed_unary(client, forwarder):
    for wanted in True, False:
        reply = client.unary(large(response_compressed=wanted), NONE)
        expect(payload_size(reply, 1) == RESPONSE_BYTES, "the answer has another size")
    _, answers = forwarder.taken()
    expect(answers == [True, False], f"answers are compressed: {answers}")


def server_compressed_streaming(client, forwarder):
    def parameters(compressed, size):
        return field(2, field(1, size) + field(3, field(1, int(compressed))))
    replies = client.download(parameters(True, 31415) + parameters(False, 92653))
    sizes = [payload_size(reply, 1) for reply in replies]
    expect(sizes == [31415, 92653], f"the answers' sizes are {sizes}")
    _, answers = forwarder.taken()
    expect(answers == [True, False], f"answers are compressed: {answers}")


def grpc_accept_encoding(_, forwarder):
    """Beyond the official cases: who takes only identity (bit 0) or deflate (bit 1) gets no gzip."""
    for bits, compressed in (1, False), (3, True):
        client = Client(forwarder.port, ("grpc.compression_enabled_algorithms_bitset", bits))
        reply = client.unary(large(response_compressed=True), NONE)
        expect(payload_size(reply, 1) == RESPONSE_BYTES, "the answer has another size")
        _, answers = forwarder.taken()
        expect(answers == [compressed], f"answers are compressed: {answers}")


def run_client(forwarder):
    """Yields each case with why it failed, or with None."""
    client = Client(forwarder.port)
    for case in (client_compressed_unary, client_compressed_streaming, server_compressed_unary,
                 server_compressed_streaming, grpc_accept_encoding):
        try:
            case(client, forwarder)
            yield case.__name__, None
        except (AssertionError, grpc.RpcError) as error:
            yield case.__name__, str(error)
        forwarder.taken()


# ---- Server

class Service(grpc.GenericRpcHandler):
    def service(self, details):
        method = details.method[len(PATH):] if details.method.startswith(PATH) else None
        return {
            "UnaryCall": grpc.unary_unary_rpc_method_handler(self.unary_call),
            "StreamingInputCall": grpc.stream_unary_rpc_method_handler(self.streaming_input_call),
            "StreamingOutputCall": grpc.unary_stream_rpc_method_handler(self.streaming_output_call),
        }.get(method)

    def came_as_expected(self, expected, came, context):
        if expected is not None and is_true(expected) != came:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "not compressed as expected")

    def unary_call(self, request, context):
        self.came_as_expected(first(request, 8, None), self.forwarder.requests.pop(0), context)
        if is_true(first(request, 6)):
            context.set_compression(GZIP)
        return field(1, payload(first(request, 2, 0)))

    def streaming_input_call(self, requests, context):
        """One call at a time: messages are counted in the order of their passing."""
        total = 0
        for request in requests:
            came = self.forwarder.requests.pop(0)
            self.came_as_expected(first(request, 2, None), came, context)
            total += payload_size(request, 1)
        return field(1, total)

    def streaming_output_call(self, request, context):
        self.forwarder.requests.pop(0)
        context.set_compression(GZIP)
        for number, wanted in fields(request):
            if number == 2:
                if not is_true(first(wanted, 3)):
                    context.disable_next_message_compression()
                yield field(1, payload(first(wanted, 1, 0)))


def serve():
    """A forwarder to a server that lives as long as the process."""
    service = Service()
    # A port of its own: gRPC shares ports between processes unless told not to.
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2), handlers=[service],
                         options=[("grpc.so_reuseport", 0)])
    service.forwarder = Forwarder(server.add_insecure_port("127.0.0.1:0"))
    service.forwarder.server = server
    server.start()
    return service.forwarder
