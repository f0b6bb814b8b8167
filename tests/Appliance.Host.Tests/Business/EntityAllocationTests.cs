using Appliance.Host.Rest.Business;
using Appliance.Inference;
using Appliance.Scoring.Entities;
using TestKit;

namespace Appliance.Host.Tests.Business;

public sealed class EntityAllocationTests
{
    private const int WarmUp = 50, Measured = 250, Rounds = 4;
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"userId":1,"features":{"city":"x"}}""")]
    [InlineData("""[{"entity":{"shopper_id":1},"features":{"city":"x"}},{"features":{"dearest":1,"age":2,"city":"y"}},{"entity":{"shopper_id":2},"features":{"city":"x","age":1}}]""")]
    public async Task Reading_numbers_of_entities_allocates_nothing(string json)
    {
        var body = System.Text.Encoding.UTF8.GetBytes(json);
        await using var features = new TestFeatures(new ManualTime(Noon));
        features.Define(ShopFeatures.Definitions);
        await features.ApplyAsync(TestContext.Current.CancellationToken, ShopFeatures.Click(1, Noon, 42), ShopFeatures.Profile(1, Noon, "\"age\":21"));
        // The least of a few rounds, as in Allocations.
        Assert.Equal(0, Enumerable.Range(0, Rounds).Min(_ => Measure(features, body)));
    }

    // On one thread from begin to end: the count is the thread's.
    private static long Measure(TestFeatures features, byte[] body)
    {
        var models = new TestModels(TimeProvider.System);
        var signature = ShopFeatures.Signature();
        models.Serve(ShopFeatures.Model, 1, signature, ShopFeatures.Instance(signature), ShopFeatures.Manifest());
        var path = new PredictPath(models.Pipeline, new StoredFeatures(features.Platform, TimeProvider.System), MaxDepth: 16);
        var decoder = new PredictDecoder();
        var headers = new Microsoft.AspNetCore.Http.HeaderDictionary();
        byte[] name = [.. "shop"u8];
        var bytes = 0L;
        for (var i = -WarmUp; i < Measured; i++)
        {
            if (i == 0) bytes = 0;
            Assert.True(models.Pipeline.TryRent(out var entry));
            entry.ModelName = name;
            bytes -= GC.GetAllocatedBytesForCurrentThread();
            var status = decoder.Decode(body, headers, explain: false, entry, path);
            decoder.TryReset();
            bytes += GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(ScoreStatus.Ok, status);
            entry.Unlease();
            models.Pipeline.Return(entry);
        }
        return bytes;
    }
}
