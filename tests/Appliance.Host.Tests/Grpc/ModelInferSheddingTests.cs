using Microsoft.Extensions.Time.Testing;

namespace Appliance.Host.Tests.Grpc;

/// <summary>A ModelInfer call that could not be answered in time, on the wire.</summary>
public sealed class ModelInferSheddingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_refused_as_RESOURCE_EXHAUSTED_with_a_hint_in_its_trailers()
    {
        using var rig = new ModelInferRig(time: new FakeTimeProvider());
        rig.Instance.InferTakes = TimeSpan.FromMilliseconds(10);
        var caller = rig.Connect();
        rig.Instance.Release(24);
        for (var i = 0; i < 24; i++)
        {
            Assert.Equal(7, (await caller.EndAsync(caller.Call(ModelInferRig.Body()))).Value);
            await rig.Instance.EnteredAsync(Cancellation);
        }
        var holding = await rig.OccupyAsync();

        var reply = await caller.EndAsync(caller.Call(ModelInferRig.Body(), ("grpc-timeout", "15m")));

        Assert.Equal(("200", "8"), (reply.HttpStatus, reply.Status));
        Assert.Equal("The deadline cannot be met: by the requests before it, its answer would come 7 ms too late", reply.Message);
        Assert.Equal(("1", "7"), (reply.Fields["retry-after"], reply.Fields["retry-after-ms"]));
        rig.Instance.Open();
        await holding;
        rig.AllIsOver();
        // The next call's answer has no such fields.
        Assert.False((await caller.EndAsync(caller.Call(ModelInferRig.Body()))).Fields.ContainsKey("retry-after"));
    }
}
