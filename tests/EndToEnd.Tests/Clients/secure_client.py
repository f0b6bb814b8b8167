"""Calls a secured appliance with Debian's gRPC, by key and by client certificate; prints the answers as one JSON object.

Arguments: the folder of the generated stubs, the port, the authority's file, the key, the client's certificate and its key's files."""
import json
import struct
import sys

sys.path.insert(0, sys.argv[1])
import grpc
import inference_pb2 as pb
import inference_pb2_grpc

SECONDS = 20
port, authority, key, certificate, private = sys.argv[2:7]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def stub(**certificates):
    credentials = grpc.ssl_channel_credentials(root_certificates=read(authority), **certificates)
    return inference_pb2_grpc.GRPCInferenceServiceStub(grpc.secure_channel(f"127.0.0.1:{port}", credentials))


def infer(client, **more):
    request = pb.ModelInferRequest(model_name="scale", raw_input_contents=[struct.pack("<4f", 1, 2, 3, 4)])
    request.inputs.add(name="INPUT0", datatype="FP32", shape=[1, 4])
    return list(struct.unpack("<4f", client.ModelInfer(request, timeout=SECONDS, **more).raw_output_contents[0]))


def refused(call):
    try:
        call()
        return "OK"
    except grpc.RpcError as error:
        return error.code().name


plain = stub()
found = {"live": plain.ServerLive(pb.ServerLiveRequest(), timeout=SECONDS).live}
found["nobody"] = refused(lambda: infer(plain))
metadata = [("authorization", f"Bearer {key}")]
found["key"] = infer(plain, metadata=metadata)
found["role"] = refused(lambda: plain.RepositoryIndex(pb.RepositoryIndexRequest(), timeout=SECONDS, metadata=metadata))
found["certificate"] = infer(stub(private_key=read(private), certificate_chain=read(certificate)))
print(json.dumps(found))
