using Appliance.Inference.Statistics;

namespace Appliance.Host.Tests.Telemetry;

public sealed class LoadStatisticsTests
{
    [Fact]
    public void The_last_load_of_a_version_counts_and_an_unloaded_one_is_forgotten()
    {
        var loads = new LoadStatistics();
        loads.VersionLoaded("m", 1, TimeSpan.FromSeconds(1));
        loads.VersionLoaded("m", 1, TimeSpan.FromSeconds(2));
        loads.VersionLoaded("m", 2, TimeSpan.FromSeconds(3));
        loads.LoadFailed();
        loads.VersionUnloaded("m", 2);
        Assert.Equal((3, 1), (loads.Loaded, loads.Failed));
        var left = Assert.Single(loads.Durations);
        Assert.Equal((("m", 1), TimeSpan.FromSeconds(2)), (left.Key, left.Value));
    }

    [Fact]
    public void Sessions_are_counted_when_they_are_made_and_when_they_are_given_back()
    {
        var loads = new LoadStatistics();
        loads.SessionCreated();
        loads.SessionCreated();
        loads.SessionDisposed();
        Assert.Equal((2, 1), (loads.SessionsCreated, loads.SessionsDisposed));
    }
}
