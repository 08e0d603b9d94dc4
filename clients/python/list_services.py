"""What a server offers, asked of the server itself (reflection): no .proto file is needed.

    python list_services.py [--server 127.0.0.1:7040]
"""

import argparse

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("--server", default="127.0.0.1:7040")
options = arguments.parse_args()

with grpc.insecure_channel(options.server) as channel:
    database = ProtoReflectionDescriptorDatabase(channel)
    pool = DescriptorPool(database)
    for service in sorted(database.get_services()):
        print(service)
        for method in pool.FindServiceByName(service).methods:
            takes = ("stream " if method.client_streaming else "") + method.input_type.name
            gives = ("stream " if method.server_streaming else "") + method.output_type.name
            print(f"  {method.name}({takes}) -> {gives}")
