using Appliance.Host.Telemetry;

namespace Appliance.Host.Tests.Telemetry;

public sealed class MachineMetricsTests
{
    [Fact]
    public void Utilization_is_the_share_since_the_last_look()
    {
        var machine = new MachineMetrics();
        // user nice system idle iowait irq softirq steal guest guest_nice
        Assert.Equal(0.4, machine.Utilization("cpu  300 0 100 500 100 0 0 0 50 0\ncpu0 1 2 3 4\n"), 1e-9);
        Assert.Equal(0.75, machine.Utilization("cpu  350 5 110 515 110 5 5 0 90 0\ncpu0 1 2 3 4\n"), 1e-9);
        Assert.Equal(0, machine.Utilization("cpu  350 5 110 515 110 5 5 0 90 0\n"));
        Assert.Equal(1, machine.Utilization("cpu  400 5 110 500 110 5 5 0 90 0\n"));
    }

    [Fact]
    public void Memory_is_read_by_name_in_kibibytes() =>
        Assert.Equal(2048 * 1024, MachineMetrics.MemoryBytes("MemTotal:        1000 kB\nMemAvailable:    2048 kB\n", "MemAvailable:"));
}
