"""MQTT: messages a second from turnstiles through a real mosquitto, QoS 1 both ways, until the gates of a
real tifod have counted each of them once. Publisher, broker and server share the machine.

`fast` publishes as fast as the broker takes it. `paced` publishes 20,000 a second: `kept` is the part of that
rate which came through, and `behind` how long after the last publication everything was counted.
"""
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "clients/sensors"
MESSAGES, RATE = 200_000, 20_000


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def start_broker(folder: pathlib.Path, port: int):
    config = (EXAMPLE / "mosquitto.conf").read_text().replace("1883", str(port))
    (folder / "mosquitto.conf").write_text(
        f"{config}\npersistence_location {folder}/\nlog_type error\nuser root\n")
    return subprocess.Popen(["/usr/sbin/mosquitto", "-c", folder / "mosquitto.conf"])


def start_tifod(build: pathlib.Path, folder: pathlib.Path, port: int):
    text = (EXAMPLE / "sensors.yaml").read_text().replace("1883", str(port))
    (folder / "sensors.yaml").write_text(re.sub(r"(?ms)^http:.*", "", text))
    port_file = folder / "port"
    server = subprocess.Popen([build / "bin/tifod", "--listen", "127.0.0.1:0", "--log", "warning",
                               "--data", folder / "data", "--port-file", port_file,
                               "--sensors", folder / "sensors.yaml"])
    while not port_file.exists():
        if server.poll() is not None:
            raise RuntimeError(f"tifod ended with {server.returncode}")
        time.sleep(0.01)
    address = port_file.read_text().strip()
    subprocess.run([build / "bin/tifo", "venue", "import", ROOT / "scenarios/venues/bowl-5000.geojson",
                    "--server", address], check=True, capture_output=True)
    while "connected since" not in subprocess.run([build / "bin/tifo", "sensors", "--server", address],
                                                  check=True, capture_output=True, text=True).stdout:
        time.sleep(0.05)
    return server, address


def load(build: pathlib.Path, rate: int) -> list[float]:
    with tempfile.TemporaryDirectory() as name:
        folder, port = pathlib.Path(name), free_port()
        broker = start_broker(folder, port)
        try:
            server, address = start_tifod(build, folder, port)
            try:
                out = subprocess.run([build / "bin/mqtt_load", address, str(port), str(MESSAGES), str(rate)],
                                     check=True, capture_output=True, text=True).stdout
            finally:
                server.send_signal(signal.SIGTERM)
                if server.wait(timeout=30) != 0:
                    raise RuntimeError(f"tifod ended with {server.returncode}")
        finally:
            broker.terminate()
            broker.wait(timeout=30)
    return [float(word) for word in out.split()]


def fast(build: pathlib.Path) -> dict[str, float]:
    return {"messages": load(build, 0)[0]}


def paced(build: pathlib.Path) -> dict[str, float]:
    rate, behind = load(build, RATE)
    return {"kept": rate, "behind": behind}


def groups(Group):
    return [Group(
        name="mqtt",
        unit="messages/s",
        sides={"fast": fast, "paced": paced},
        targets={"fast/messages": RATE, "paced/kept": 0.9 * RATE},
        units={"behind": "ms"},
    )]
