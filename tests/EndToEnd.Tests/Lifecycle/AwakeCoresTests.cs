using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Lifecycle;

public sealed class AwakeCoresTests
{
    private const string Device = "/dev/cpu_dma_latency";
    private const string Refused = "Cores sleep between calls";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Cores_are_kept_awake_while_calls_come_where_the_machine_lets_the_process()
    {
        using var repository = new TemporaryRepository();
        repository.AddModel("scale", OnnxModels.Scale(2));
        await using var appliance = await ApplianceProcess.StartAsync(new ApplianceSettings { Repository = repository.Path });
        Assert.False(Keeps(appliance));
        // One that may not says so, and goes on without.
        if (!CanOpenDevice())
        {
            await CallUntilAsync(appliance, () => appliance.Log.Contains(Refused));
            return;
        }
        await CallUntilAsync(appliance, () => Keeps(appliance));
        Assert.False(appliance.Log.Contains(Refused));
        await Eventually.BecomesTrueAsync(() => !Keeps(appliance), Limit, "nobody calls any more, and the cores may sleep");
    }

    [Fact]
    public async Task Cores_may_sleep_where_the_setting_says_so()
    {
        using var repository = new TemporaryRepository();
        repository.AddModel("scale", OnnxModels.Scale(2));
        await using var appliance = await ApplianceProcess.StartAsync(new ApplianceSettings { Repository = repository.Path, Flags = ["--keep-cores-awake", "false"] });
        var calls = 0;
        await CallUntilAsync(appliance, () => Keeps(appliance) || ++calls == 2000);
        Assert.False(Keeps(appliance) || appliance.Log.Contains(Refused));
    }

    private static bool CanOpenDevice()
    {
        try
        {
            using var file = File.OpenHandle(Device, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool Keeps(ApplianceProcess appliance) => ProcessFigures.HasOpen(appliance.Id, Device);

    private static async Task CallUntilAsync(ApplianceProcess appliance, Func<bool> condition)
    {
        var request = InferMessages.Raw("scale", TensorValue.OfFloats(OnnxModels.Input, [1, 4], 1, 2, 3, 4));
        using var limit = new CancellationTokenSource(Limit);
        while (!condition())
        {
            Assert.False(limit.IsCancellationRequested, "it does not come to that");
            await appliance.InferAsync(request);
        }
    }
}
