using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Scoring.Tests;

/// <summary>One model that its callers flood does not keep those of another out.</summary>
public sealed class FairnessTests
{
    [Theory]
    [InlineData(32, 4)]
    [InlineData(15, 1)]
    [InlineData(4, 1)]
    public async Task A_flooded_model_leaves_the_last_places_to_the_others(int places, int share)
    {
        var models = new TestModels(TimeProvider.System, places);
        var signature = SignatureBuilder.Echo(4, Datatype.FP32, 1);
        var (flooded, other) = (new GatedModelInstance(signature, models.Time), new GatedModelInstance(signature, models.Time));
        var model = models.Serve("flooded", 1, signature, flooded, gathers: true);
        models.Serve("other", 1, signature, other);
        other.Open();
        // Nothing of it runs, and callers keep coming.
        var waiting = new List<(BatchEntry Entry, ValueTask<ScoreStatus> Answer)>();
        var refused = 0;
        for (var i = 0; i < 2 * places; i++)
        {
            var entry = Rent(models, "flooded");
            var answer = models.Pipeline.InferAsync(entry);
            if (!answer.IsCompleted)
            {
                waiting.Add((entry, answer));
                continue;
            }
            refused++;
            Assert.Equal((ScoreStatus.OverShare, "Exceeds maximum number of concurrent requests"), (await answer, entry.Error));
            models.Pipeline.Return(entry);
        }
        Assert.Equal((places - share, (2 * places) - (places - share)), (waiting.Count, refused));
        Assert.Equal((waiting.Count, (long)refused), (model.Leases, model.Statistics.FailedWith(ScoreStatus.OverShare)));

        // The other model's callers find a place, request after request.
        for (var i = 0; i < 2 * places; i++)
        {
            var entry = Rent(models, "other");
            Assert.Equal(ScoreStatus.Ok, await models.Pipeline.InferAsync(entry));
            models.Pipeline.Return(entry);
        }

        flooded.Open();
        foreach (var (entry, answer) in waiting)
        {
            Assert.Equal(ScoreStatus.Ok, await answer);
            models.Pipeline.Return(entry);
        }
        Assert.Equal(0, models.Gate.Inside);
    }

    private static BatchEntry Rent(TestModels models, string model)
    {
        Assert.True(models.Pipeline.TryRent(out var entry));
        return new EntryBuilder(entry).For(model).Floats("x", [1, 1], 1).Build();
    }
}
