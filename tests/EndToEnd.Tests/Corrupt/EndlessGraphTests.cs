using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Corrupt;

/// <summary>Graphs whose runs come to no end: the load does.</summary>
public sealed class EndlessGraphTests
{
    [Fact]
    public async Task A_graph_whose_trial_runs_do_not_end_is_refused_once_their_time_is_over_and_holds_no_other_load_up()
    {
        using var repository = new TemporaryRepository();
        repository.AddModel("good", OnnxModels.Scale(2));
        repository.AddModel("endless", OnnxModels.Slow(int.MaxValue));
        await using var appliance = await ApplianceProcess.StartAsync(new ApplianceSettings
        {
            Repository = repository.Path,
            ControlMode = "explicit",
            Settings = { ["Models:WarmupLimitSeconds"] = "1", ["Models:LoadThreads"] = "1" },
        });
        var refusal = await ApplianceCalls.RefusalAsync(() => appliance.LoadAsync("endless"));
        Assert.Contains("did not end within 1 s (Models:WarmupLimitSeconds)", refusal.Detail, StringComparison.Ordinal);
        await appliance.LoadAsync("good");
        Assert.Equal(["1"], await appliance.ReadyVersionsAsync("good"));
        Assert.Equal(0, await appliance.StopAsync());
    }
}
