using Appliance.LoadGen.Bodies;
using Compare.Clients;
using Compare.Models;
using Compare.Results;
using Compare.Servers;
using Compare.Tables;
using Contracts.Scoring;
using FeatureBench.Folders;
using Grpc.Net.Client;

namespace Compare.Features.Rows;

/// <summary>Scoring an entity by its id alone, against the same call of the same model with the features in it.</summary>
internal static class EntityRow
{
    private const string Path = "/appliance.scoring.v1.Scoring/Score";
    private const double RateToGiven = 0.9;
    private const long Entity = 12_345;
    private const double Tolerance = 1e-6;

    public static async Task MeasureAsync(FeatureTableOptions options, FeatureWorkload workload, TableReport report)
    {
        using var server = await workload.StartFilledAsync();
        var (byEntity, byFeatures) = (ByEntity(), ByFeatures());
        await CheckAsync(server, byEntity, byFeatures);
        var values = Enumerable.Range(0, VectorValues.Width).Select(i => VectorValues.Of(Entity, i)).ToArray();
        var tensor = InferBody.Frame(InferBody.Request(FeatureModelFolder.Model, MlpGraph.Input, [1, VectorValues.Width], values));
        var given = new ClosedLoopSide("features sent", server, H2LoadCall.Grpc(server.Grpc, workload.Write("score-given.bin", InferBody.Frame(byFeatures)), Path));
        var entity = new ClosedLoopSide("entity alone", server, H2LoadCall.Grpc(server.Grpc, workload.Write("score-entity.bin", InferBody.Frame(byEntity)), Path));
        var raw = new ClosedLoopSide("raw tensor, ModelInfer", server, H2LoadCall.Grpc(server.Grpc, workload.Write("score-tensor.bin", tensor)));
        ClosedLoopSide.Measure(options.Plan, report, "entity", CallerShape.ThirtyTwo, given, entity, raw);
        report.Lines.Add(TableLines.AtLeast("entity", "scoring by an entity's id, 64 features, 32 callers: rate to that with the features sent by name",
            $"{Spread.Of(given.Rates).Format("F0")}/s", PairedRatio.Of(entity.Rates, given.Rates), RateToGiven));
        report.Lines.Add(TableLines.Reported("entity", "the same to that of ModelInfer with a raw tensor", $"{Spread.Of(raw.Rates).Format("F0")}/s",
            PairedRatio.Of(entity.Rates, raw.Rates).Format("F2")));
    }

    private static ScoreRequest ByEntity() => new()
    {
        Model = FeatureModelFolder.Model,
        Rows = { new FeatureRow { Entity = { [FeatureDefinitionsText.JoinKey] = new EntityKeyValue { Int64Value = Entity } } } },
    };

    private static ScoreRequest ByFeatures()
    {
        var row = new FeatureRow();
        for (var i = 0; i < VectorValues.Width; i++) row.Features[FeatureDefinitionsText.Name(i)] = new FeatureValue { DoubleValue = VectorValues.Of(Entity, i) };
        return new ScoreRequest { Model = FeatureModelFolder.Model, Rows = { row } };
    }

    private static async Task CheckAsync(ServerProcess server, ScoreRequest byEntity, ScoreRequest byFeatures)
    {
        using var channel = GrpcChannel.ForAddress(server.Grpc);
        var client = new Scoring.ScoringClient(channel);
        var one = (await client.ScoreAsync(byEntity)).Rows[0].Scores[0].DoubleValue;
        var other = (await client.ScoreAsync(byFeatures)).Rows[0].Scores[0].DoubleValue;
        if (Math.Abs(one - other) > Tolerance) throw new InvalidOperationException($"The entity scored {one}; its features scored {other}.");
    }
}
