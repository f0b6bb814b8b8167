"""Reads features and scores an entity with Debian's gRPC and stubs generated from the .proto files; prints the answers as one JSON object.

Arguments: the folder of the generated stubs, the port, the features as a JSON array, the members' ids as a JSON array."""
import json
import sys

sys.path.insert(0, sys.argv[1])
import grpc
import scoring_pb2
import scoring_pb2_grpc
from feast import serving_pb2 as pb
from feast import serving_pb2_grpc
from feast import value_pb2

SECONDS = 20
channel = grpc.insecure_channel(f"127.0.0.1:{sys.argv[2]}")
serving = serving_pb2_grpc.ServingServiceStub(channel)
features, ids = json.loads(sys.argv[3]), json.loads(sys.argv[4])
found = {}


def asked(members, **kind):
    request = pb.GetOnlineFeaturesRequest(full_feature_names=True, **kind)
    request.entities["member_id"].val.extend(value_pb2.Value(int64_val=m) for m in members)
    return request


def one(value):
    kind = value.WhichOneof("val")
    return None if kind is None else getattr(value, kind)


def refused(request):
    try:
        serving.GetOnlineFeatures(request, timeout=SECONDS)
        return ["OK", ""]
    except grpc.RpcError as error:
        return [error.code().name, error.details()]


found["version"] = serving.GetFeastServingInfo(pb.GetFeastServingInfoRequest(), timeout=SECONDS).version
answer = serving.GetOnlineFeatures(asked(ids, features=pb.FeatureList(val=features)), timeout=SECONDS)
names = list(answer.metadata.feature_names.val)
found["names"] = names
found["rows"] = [
    {name: [one(column.values[row]), pb.FieldStatus.Name(column.statuses[row]), column.event_timestamps[row].seconds] for name, column in zip(names, answer.results)}
    for row in range(len(ids))
]
service = serving.GetOnlineFeatures(asked(ids[:2], feature_service="koc_potential"), timeout=SECONDS)
found["service"] = [list(service.metadata.feature_names.val), [[one(v) for v in column.values] for column in service.results]]
found["unknown_view"] = refused(asked([1], features=pb.FeatureList(val=["member_activities:visit_30d"])))
found["unknown_service"] = refused(asked([1], feature_service="koc_potentials"))
wrong = pb.GetOnlineFeaturesRequest(features=pb.FeatureList(val=features))
wrong.entities["member_id"].val.add(string_val="1")
found["wrong_key"] = refused(wrong)

score = scoring_pb2.ScoreRequest(model="koc-potential", explain=True)
score.rows.add().entity["member_id"].int64_value = ids[0]
row = scoring_pb2_grpc.ScoringStub(channel).Score(score, timeout=SECONDS).rows[0]
found["score"] = [row.scores[0].double_value, [[f.name, scoring_pb2.FeatureSource.Name(f.source), f.value.double_value] for f in row.features]]
print(json.dumps(found))
