using System.Runtime.InteropServices;
using Contracts.Scoring;
using FeatureBench.Folders;
using FeatureClients.Redis;
using Grpc.Net.Client;
using StackExchange.Redis;

namespace FeatureClients.Calls;

/// <summary>Two hops: the row from Redis, then the score of its features by name.</summary>
internal sealed class TwoHopCaller(IDatabase redis, GrpcChannel channel) : IScoreCaller
{
    private static readonly string[] _names = [.. Enumerable.Range(0, VectorValues.Width).Select(i => $"f{i}")];

    private readonly Scoring.ScoringClient _client = new(channel);

    public async Task<double> ScoreAsync(long id)
    {
        var values = await redis.StringGetAsync([RedisRows.Key(id)]);
        var answer = await _client.ScoreAsync(Request(values[0]));
        return answer.Rows[0].Scores[0].DoubleValue;
    }

    private static ScoreRequest Request(ReadOnlyMemory<byte> bytes)
    {
        var floats = MemoryMarshal.Cast<byte, float>(bytes.Span);
        var row = new FeatureRow();
        for (var i = 0; i < floats.Length; i++) row.Features.Add(_names[i], new FeatureValue { DoubleValue = floats[i] });
        return new ScoreRequest { Model = "mlp", Rows = { row } };
    }
}
