#!/usr/bin/env python3
"""gRPC's interoperability cases in one direction: a line a case; exit code 1 if one has failed.

  ours           our client, our server: all cases
  go_client      grpc-go's interop client, our server
  go_server      our client, grpc-go's interop server
  grpcio_client  Python's grpcio, our server: the cases of compression, which grpc-go has not
  grpcio_server  our client, a server on Python's grpcio: likewise
"""
import argparse
import os
import socket
import subprocess
import sys
import time

PLAIN = ["empty_unary", "large_unary", "client_streaming", "server_streaming", "ping_pong",
         "empty_stream", "custom_metadata", "status_code_and_message", "special_status_message",
         "unimplemented_method", "unimplemented_service", "cancel_after_begin",
         "cancel_after_first_response", "timeout_on_sleeping_server"]
COMPRESSED = ["client_compressed_unary", "client_compressed_streaming", "server_compressed_unary",
              "server_compressed_streaming"]
PATIENCE_S = 60


def program(folder, name, how):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        sys.exit(f"interop: {path} is missing; build it: {how}")
    return path


def our_server(options):
    """The process, which ends with its input, and its port."""
    path = program(options.ours, "interop_server", "ninja -C build interop_server")
    server = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    return server, int(server.stdout.readline())


def end_our_server(server):
    server.stdin.close()
    if server.wait(timeout=PATIENCE_S) != 0:
        sys.exit(f"FAILED our server ended with {server.returncode}")


def run_our_client(options, port, cases):
    path = program(options.ours, "interop_client", "ninja -C build interop_client")
    return subprocess.run([path, f"--server_port={port}", "--test_case=" + ",".join(cases)],
                          timeout=PATIENCE_S).returncode == 0


def report(case, has_passed, why=""):
    print(f"{'ok    ' if has_passed else 'FAILED'} {case}{'' if has_passed else ': ' + why}",
          flush=True)
    return has_passed


def go_program(options, name):
    return program(options.go, name, "ninja -C build interop_go (fetches Go modules)")


def ours(options):
    server, port = our_server(options)
    all_passed = run_our_client(options, port, PLAIN + COMPRESSED)
    end_our_server(server)
    return all_passed


def go_client(options):
    client = go_program(options, "client")
    server, port = our_server(options)
    all_passed = True
    for case in PLAIN:
        run = subprocess.run([client, "--server_host=127.0.0.1", f"--server_port={port}",
                              f"--test_case={case}"], stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, timeout=PATIENCE_S)
        all_passed &= report(case, run.returncode == 0, run.stdout)
    end_our_server(server)
    return all_passed


def start_go_server(path):
    """grpc-go's server does not say its port: it is given one that was free a moment ago; if somebody
    else was quicker it ends, and gets another."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen([path, f"--port={port}"], stderr=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE_S
        while server.poll() is None and time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                return server, port
            except ConnectionRefusedError:
                time.sleep(0.01)
        server.kill()
        if server.wait() < 0:
            sys.exit("FAILED grpc-go's server does not listen")


def go_server(options):
    server, port = start_go_server(go_program(options, "server"))
    try:
        return run_our_client(options, port, PLAIN)
    finally:
        server.kill()
        server.wait()


def grpcio_client(options):
    import grpcio_cases
    from flags import Forwarder
    server, port = our_server(options)
    all_passed = True
    for case, why in grpcio_cases.run_client(Forwarder(port)):
        all_passed &= report(case, not why, why)
    end_our_server(server)
    return all_passed


def grpcio_server(options):
    import grpcio_cases
    forwarder = grpcio_cases.serve()
    return run_our_client(options, forwarder.port, COMPRESSED)


def main():
    directions = {f.__name__: f for f in (ours, go_client, go_server, grpcio_client, grpcio_server)}
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("direction", choices=directions)
    parser.add_argument("--ours", required=True, help="folder of interop_server, interop_client")
    parser.add_argument("--go", required=True, help="folder of grpc-go's client and server")
    options = parser.parse_args()
    sys.exit(0 if directions[options.direction](options) else 1)


if __name__ == "__main__":
    main()
