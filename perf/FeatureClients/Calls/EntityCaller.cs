using Contracts.Scoring;
using Grpc.Net.Client;

namespace FeatureClients.Calls;

/// <summary>One hop: the appliance has the features.</summary>
internal sealed class EntityCaller(GrpcChannel channel) : IScoreCaller
{
    private readonly Scoring.ScoringClient _client = new(channel);

    public async Task<double> ScoreAsync(long id)
    {
        var request = new ScoreRequest { Model = "mlp", Rows = { new FeatureRow { Entity = { ["subject_id"] = new EntityKeyValue { Int64Value = id } } } } };
        var answer = await _client.ScoreAsync(request);
        return answer.Rows[0].Scores[0].DoubleValue;
    }
}
