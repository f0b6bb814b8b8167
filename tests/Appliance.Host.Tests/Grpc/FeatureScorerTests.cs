using Appliance.Host.Grpc;
using Appliance.Inference;
using Appliance.Scoring.Entities;
using Microsoft.AspNetCore.Http;
using TestKit;

namespace Appliance.Host.Tests.Grpc;

public sealed class FeatureScorerTests
{
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_request_whose_deadline_has_passed_is_not_run()
    {
        var (scorer, instance, models) = Make();
        var answer = await scorer.ScoreAsync(ScoreTests.Request(ScoreTests.Row(1, 1, 1)), new HeaderDictionary(), _time.GetTimestamp() - 1, CancellationToken.None);
        Assert.Equal((ScoreStatus.DeadlineExceeded, "The deadline passed before the request ran"), (answer.Status, answer.Error));
        Assert.Equal((0, 0), (instance.Runs, models.Gate.Inside));
        Assert.Equal(ScoreStatus.Ok, (await scorer.ScoreAsync(ScoreTests.Request(ScoreTests.Row(1, 1, 1)), new HeaderDictionary(), _time.GetTimestamp() + 1, CancellationToken.None)).Status);
    }

    [Fact]
    public async Task A_full_appliance_refuses_before_it_looks_at_the_request()
    {
        var (scorer, _, models) = Make();
        Assert.True(models.Gate.TryEnter());
        var answer = await scorer.ScoreAsync(ScoreTests.Request(), new HeaderDictionary(), long.MaxValue, CancellationToken.None);
        Assert.Equal((ScoreStatus.Overloaded, "Exceeds maximum number of concurrent requests"), (answer.Status, answer.Error));
    }

    private (FeatureScorer Scorer, LinearModelInstance Instance, TestModels Models) Make()
    {
        var models = new TestModels(_time, maxConcurrentRequests: 1);
        var signature = KocPotential.Signature();
        var instance = KocPotential.Instance(signature);
        models.Serve(KocPotential.Name, 1, signature, instance, KocPotential.Manifest());
        return (new FeatureScorer(models.Pipeline, new StoredFeatures(null, _time), _time), instance, models);
    }
}
