"""Reads a pass as others do: check_pass.py FILE.pkpass ROOT.pem CODE TICKET.

Its zip with zipfile, its signature with `openssl cms`, its hashes with hashlib; ends with 0 when all hold."""

import hashlib
import json
import os
import struct
import subprocess
import sys
import tempfile
import zipfile

ICONS = {"icon.png": 29, "icon@2x.png": 58, "icon@3x.png": 87}


def verify(root, folder, manifest):
    """How `openssl` judges the signature over these bytes."""
    path = os.path.join(folder, "content")
    with open(path, "wb") as file:
        file.write(manifest)
    return subprocess.run(
        ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", os.path.join(folder, "signature"),
         "-content", path, "-CAfile", root, "-purpose", "any", "-out", os.devnull],
        capture_output=True, text=True, check=False)


def check_signature(files, root):
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "signature"), "wb") as file:
            file.write(files["signature"])
        judged = verify(root, folder, files["manifest.json"])
        assert judged.returncode == 0, judged.stderr
        assert verify(root, folder, files["manifest.json"] + b" ").returncode != 0, "anything is signed"
    text = subprocess.run(["openssl", "cms", "-cmsout", "-print", "-inform", "DER"], input=files["signature"],
                          capture_output=True, check=True).stdout
    assert b"signingTime" in text, "it does not say when it was signed"
    assert b"eContent: <ABSENT>" in text, "the signature is not detached"


def check_content(pass_json, code, ticket):
    assert pass_json["formatVersion"] == 1
    assert pass_json["passTypeIdentifier"] == "pass.example.tifo", pass_json
    assert pass_json["teamIdentifier"] == "TEAM123456", pass_json
    assert pass_json["organizationName"] == "Example Stadium", pass_json
    assert pass_json["serialNumber"] == ticket, pass_json
    (barcode,) = pass_json["barcodes"]
    assert barcode["message"] == code and barcode["format"] == "PKBarcodeFormatQR", barcode
    fields = {field["key"]: field["value"] for part in pass_json["eventTicket"].values() for field in part}
    assert fields["event"] == "Derby" and fields["block"] == "Block 101" and fields["seat"] == "1", fields
    assert fields["starts"] == pass_json["relevantDate"], fields
    assert pass_json["relevantDate"] < pass_json["expirationDate"], pass_json


def main(path, root, code, ticket):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    assert set(files) == {"pass.json", "manifest.json", "signature", *ICONS}, sorted(files)
    hashes = json.loads(files["manifest.json"])
    assert set(hashes) == set(files) - {"manifest.json", "signature"}, hashes
    for name, digest in hashes.items():
        assert hashlib.sha1(files[name]).hexdigest() == digest, name
    for name, side in ICONS.items():
        assert files[name][:8] == b"\x89PNG\r\n\x1a\n", name
        assert struct.unpack(">II", files[name][16:24]) == (side, side), name
    check_signature(files, root)
    check_content(json.loads(files["pass.json"]), code, ticket)


if __name__ == "__main__":
    main(*sys.argv[1:])
