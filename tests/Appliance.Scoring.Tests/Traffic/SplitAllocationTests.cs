using Appliance.Inference;
using Appliance.Scoring.Traffic;
using TestKit;

namespace Appliance.Scoring.Tests.Traffic;

public sealed class SplitAllocationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_allocates_nothing_whether_its_model_is_split_or_not(bool isSplit)
    {
        var rig = await TrafficRig.StartAsync(versions: [1, 2]);
        if (isSplit) await rig.SetAsync((1, 5_000), (2, 5_000));
        var entry = rig.Rent("caller");
        var measured = Allocations.Least(() =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                if (rig.Pipeline.TryAcquire(entry) != ScoreStatus.Ok) throw new InvalidOperationException(entry.Error);
                entry.Unlease();
            }
        });
        Assert.Equal(0, measured);
        rig.Pipeline.Return(entry);
    }
}
