using System.Diagnostics;
using Appliance.Http2.Sockets;

namespace Appliance.Http2.Tests.Sockets;

public sealed class LoopLoadTests
{
    // Of a second, in hundredths: had a core, polled, and what counts.
    [Theory]
    [InlineData(80, 0, 0.8)]
    [InlineData(80, 50, 0.3)]
    [InlineData(40, 50, 0)]
    public void Polling_is_no_use_of_a_core(int onCore, int polled, double cores) =>
        Assert.Equal(cores, LoopLoad.CoresOf(onCore * 10_000_000L, polled * Stopwatch.Frequency / 100, Stopwatch.Frequency), 6);
}
