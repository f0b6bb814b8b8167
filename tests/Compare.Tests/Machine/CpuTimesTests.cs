using System.Diagnostics;
using Compare.Machine;
using Xunit;

namespace Compare.Tests.Machine;

public sealed class CpuTimesTests
{
    [Fact]
    public void The_machines_busy_time_leaves_out_idle_and_waiting() =>
        Assert.Equal(1 + 2 + 4 + 32 + 64 + 128, CpuTimes.ParseMachine("cpu  100 200 400 800 1600 3200 6400 12800 0 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n"));

    [Fact]
    public void A_process_is_read_whatever_its_name()
    {
        const string Stat = "42 (a) name (b)) S 1 42 42 0 -1 4194304 100 200 0 0 700 50 300 20 20 0 3 0 123 456 789";

        Assert.Equal((7.5, 3.2), CpuTimes.ParseProcess(Stat));
    }

    [Fact]
    public void A_client_that_has_ended_is_counted_and_so_is_the_server()
    {
        var before = CpuTimes.Read(Environment.ProcessId);
        CommandLine.Run("/bin/sh", ["-c", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done"]);
        var spin = Stopwatch.StartNew();
        while ((CpuTimes.Read(Environment.ProcessId) - before).Server < 0.02 && spin.Elapsed < TimeSpan.FromSeconds(30))
        {
        }
        var used = CpuTimes.Read(Environment.ProcessId) - before;

        Assert.True(used.Clients > 0, $"clients used {used.Clients} s");
        Assert.True(used.Server >= 0.02, $"this process used {used.Server} s");
        Assert.True(used.Machine > 0, $"the machine used {used.Machine} s");
    }
}
