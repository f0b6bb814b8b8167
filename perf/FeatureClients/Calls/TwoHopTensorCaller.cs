using System.Runtime.InteropServices;
using Contracts.Inference;
using FeatureBench.Folders;
using FeatureClients.Redis;
using Google.Protobuf;
using Grpc.Net.Client;
using StackExchange.Redis;

namespace FeatureClients.Calls;

/// <summary>Two hops: the row from Redis, then the inference of its bytes as they came.</summary>
internal sealed class TwoHopTensorCaller(IDatabase redis, GrpcChannel channel) : IScoreCaller
{
    private readonly GRPCInferenceService.GRPCInferenceServiceClient _client = new(channel);

    public async Task<double> ScoreAsync(long id)
    {
        var values = await redis.StringGetAsync([RedisRows.Key(id)]);
        var answer = await _client.ModelInferAsync(new ModelInferRequest
        {
            ModelName = "mlp",
            Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "input", Datatype = "FP32", Shape = { 1, VectorValues.Width } } },
            RawInputContents = { UnsafeByteOperations.UnsafeWrap(values[0]) },
        });
        return MemoryMarshal.Read<float>(answer.RawOutputContents[0].Span);
    }
}
