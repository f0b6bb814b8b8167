"""Makes one call of each kind with Debian's gRPC and stubs generated from the .proto files; prints the answers as one JSON object.

Arguments: the folder of the generated stubs, the port."""
import json
import struct
import sys

sys.path.insert(0, sys.argv[1])
import grpc
import health_pb2
import health_pb2_grpc
import inference_pb2 as pb
import inference_pb2_grpc
import scoring_pb2
import scoring_pb2_grpc

SECONDS = 20
options = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
channel = grpc.insecure_channel(f"127.0.0.1:{sys.argv[2]}", options=options)
inference = inference_pb2_grpc.GRPCInferenceServiceStub(channel)
scoring = scoring_pb2_grpc.ScoringStub(channel)
found = {}


def floats(values):
    return struct.pack(f"<{len(values)}f", *values)


def unpacked(raw):
    return list(struct.unpack(f"<{len(raw) // 4}f", raw))


def row(raw, model="koc-potential", **more):
    values = [500.0, 10.0, 0.8]
    names = ["consumption_amount", "share_count", "social_interaction_score"]
    request = pb.ModelInferRequest(model_name=model, id="id-7", **more)
    for name, value in zip(names, values):
        tensor = request.inputs.add(name=name, datatype="FP32", shape=[1, 1])
        if raw:
            request.raw_input_contents.append(floats([value]))
        else:
            tensor.contents.fp32_contents.append(value)
    return request


def refused(call):
    try:
        call()
        return ["OK", ""]
    except grpc.RpcError as error:
        return [error.code().name, error.details()]


found["live"] = inference.ServerLive(pb.ServerLiveRequest(), timeout=SECONDS).live
found["ready"] = inference.ServerReady(pb.ServerReadyRequest(), timeout=SECONDS).ready
server = inference.ServerMetadata(pb.ServerMetadataRequest(), timeout=SECONDS)
found["server"] = [server.name, server.version, list(server.extensions)]
model = inference.ModelMetadata(pb.ModelMetadataRequest(name="koc-potential"), timeout=SECONDS)
found["metadata"] = [model.name, list(model.versions), model.platform, [[t.name, t.datatype, list(t.shape)] for t in model.inputs]]
found["model_ready"] = inference.ModelReady(pb.ModelReadyRequest(name="koc-potential", version="1"), timeout=SECONDS).ready
config = inference.ModelConfig(pb.ModelConfigRequest(name="koc-potential"), timeout=SECONDS).config
found["config"] = [config.name, config.max_batch_size, config.platform]

raw = inference.ModelInfer(row(raw=True), timeout=SECONDS)
found["raw"] = [raw.id, raw.model_version, raw.outputs[0].name, raw.outputs[0].datatype, list(raw.outputs[0].shape), unpacked(raw.raw_output_contents[0])]
typed = inference.ModelInfer(row(raw=False, model_version="1"), timeout=SECONDS)
found["typed"] = [typed.model_version, unpacked(typed.raw_output_contents[0])]

# Ten megabytes each way.
wide = [float(i % 1000) for i in range(2_500_000)]
request = pb.ModelInferRequest(model_name="identity", raw_input_contents=[floats(wide)])
request.inputs.add(name="INPUT0", datatype="FP32", shape=[1, len(wide)])
found["large"] = unpacked(inference.ModelInfer(request, timeout=SECONDS).raw_output_contents[0]) == wide
found["packed"] = [
    unpacked(inference.ModelInfer(request, timeout=SECONDS, compression=c).raw_output_contents[0]) == wide
    for c in (grpc.Compression.Gzip, grpc.Compression.Deflate)
]
found["packed_stream"] = [
    unpacked(a.infer_response.raw_output_contents[0]) == wide
    for a in inference.ModelStreamInfer(iter([request, request]), timeout=SECONDS, compression=grpc.Compression.Gzip)
]

text = pb.ModelInferRequest(model_name="identity_text")
tensor = text.inputs.add(name="INPUT0", datatype="BYTES", shape=[1, 2])
tensor.contents.bytes_contents.extend(["会员".encode(), b""])
found["text"] = inference.ModelInfer(text, timeout=SECONDS).raw_output_contents[0].hex()

wrong = row(raw=True)
wrong.inputs[0].name = "nothing"
answers = inference.ModelStreamInfer(iter([row(raw=True), wrong, row(raw=False)]), timeout=SECONDS)
found["stream"] = [[a.error_message, unpacked(a.infer_response.raw_output_contents[0]) if a.infer_response.raw_output_contents else []] for a in answers]

statistics = inference.ModelStatistics(pb.ModelStatisticsRequest(name="koc-potential", version="2"), timeout=SECONDS).model_stats[0]
found["statistics"] = [statistics.name, statistics.version, statistics.inference_count, statistics.inference_stats.success.count]
index = inference.RepositoryIndex(pb.RepositoryIndexRequest(), timeout=SECONDS)
found["index"] = sorted([m.name, m.version, m.state] for m in index.models)
health = health_pb2_grpc.HealthStub(channel)
found["health"] = health.Check(health_pb2.HealthCheckRequest(), timeout=SECONDS).status
found["health_of_nobody"] = refused(lambda: health.Check(health_pb2.HealthCheckRequest(service="nobody"), timeout=SECONDS))

score = scoring_pb2.ScoreRequest(model="koc-potential", request_id="订单-7")
for amount in (500, 0):
    features = score.rows.add().features
    features["consumption_amount"].double_value = amount
    features["share_count"].int64_value = 10
scored, call = scoring.Score.with_call(score, timeout=SECONDS)
found["score"] = [scored.model, scored.version, scored.request_id, [[s.name, s.double_value, s.level] for r in scored.rows for s in r.scores]]
found["trailers"] = {key: value for key, value in call.trailing_metadata() if not isinstance(value, bytes)}
streamed = scoring.ScoreStream(iter([score, scoring_pb2.ScoreRequest(model="nobody"), score]), timeout=SECONDS)
found["score_stream"] = [[len(s.rows), s.error.code] for s in streamed]

found["unknown_model"] = refused(lambda: inference.ModelInfer(row(raw=True, model="nobody"), timeout=SECONDS))
found["wrong_input"] = refused(lambda: inference.ModelInfer(wrong, timeout=SECONDS))
found["unsupported"] = refused(lambda: inference.LogSettings(pb.LogSettingsRequest(), timeout=SECONDS))
found["unknown_feature"] = refused(lambda: scoring.Score(scoring_pb2.ScoreRequest(
    model="koc-potential", rows=[scoring_pb2.FeatureRow(features={"share_cuont": scoring_pb2.FeatureValue(double_value=1)})]), timeout=SECONDS))
gzip = inference.ModelInfer(row(raw=True), timeout=SECONDS, compression=grpc.Compression.Gzip)
found["gzip"] = unpacked(gzip.raw_output_contents[0])
print(json.dumps(found))
