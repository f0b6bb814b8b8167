using System.Diagnostics;
using Appliance.Http2.Sockets;
using TestKit;

namespace Appliance.Http2.Tests.Sockets;

public sealed class IdleCoresTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;
    private readonly IdleCores _cores;
    private long _now = Stopwatch.Frequency;
    private TimeSpan _used = TimeSpan.FromSeconds(77);

    public IdleCoresTests()
    {
        _path = Path.Combine(_folder.Path, "stat");
        _cores = new IdleCores(_path, cores: 4, most: 4);
    }

    [Fact]
    public void The_cores_that_were_idle_between_two_looks_are_counted()
    {
        Assert.Equal(0, Ask("cpu  10 20 30 1000 50 0 0 0 0 0\ncpu0 1 2 3 4", 0));
        Assert.Equal(1.5, Ask("cpu  90 20 30 1030 50 0 0 0 0 0\ncpu0 1 2 3 4", 0.2), 6);
        Assert.Equal(0, Ask("cpu  190 20 30 1030 50 0 0 0 0 0", 0.1), 6);
        Assert.Equal(2, Ask("cpu  190 20 30 1130", 0.5), 6);
    }

    // A container's share of one and a half counts as it is, and a quota of four on two cores that the process is bound to is no more than those.
    [Theory]
    [InlineData(1.5, 1.25, 0.25)]
    [InlineData(4, 1.5, 0.5)]
    public void A_share_is_not_rounded_up_and_no_more_than_the_process_may_run_on(double cores, double used, double expected)
    {
        var share = new IdleCores(_path, cores, most: 2);
        File.WriteAllText(_path, "cpu  10 20 30 1000");
        Assert.Equal(0, share.Ask(Stopwatch.Frequency, _used));
        File.WriteAllText(_path, "cpu  10 20 30 2000");
        Assert.Equal(expected, share.Ask(2 * Stopwatch.Frequency, _used + TimeSpan.FromSeconds(used)), 6);
    }

    // The host has 64 cores and the container 4: what others leave of the host's is not for it.
    [Theory]
    [InlineData(0, 4)]
    [InlineData(0.7, 0.5)]
    [InlineData(0.8, 0)]
    [InlineData(0.9, 0)]
    public void No_more_are_idle_than_the_process_left_of_its_own(double used, double expected)
    {
        Ask("cpu  0 0 0 0 0", 0);
        Assert.Equal(expected, Ask("cpu  0 0 0 1200 0", 0.2, used), 6);
    }

    [Fact]
    public void What_they_did_long_before_does_not_count()
    {
        Ask("cpu  0 0 0 1000 0", 0);
        Assert.Equal(0, Ask("cpu  0 0 0 9000 0", 60));
        Assert.Equal(1, Ask("cpu  0 0 0 9010 0", 0.1), 6);
    }

    [Theory]
    [InlineData("")]
    [InlineData("cpu")]
    [InlineData("cpu  10 20 30")]
    [InlineData("cpu  10 20 30 x")]
    [InlineData("cpu0 10 20 30 2000 1")]
    [InlineData("intr 10 20 30 2000 1")]
    public void Where_the_system_does_not_say_none_is_and_the_next_look_begins_anew(string malformed)
    {
        Ask("cpu  0 0 0 1000 0", 0);
        Assert.Equal(0, Ask(malformed, 0.1));
        Assert.Equal(0, Ask("cpu  0 0 0 5000 0", 0.1));
        Assert.Equal(1, Ask("cpu  0 0 0 5010 0", 0.1), 6);
    }

    [Fact]
    public void Without_the_file_none_is()
    {
        Assert.Equal([0, 0], [_cores.Ask(_now, _used), _cores.Ask(_now + Stopwatch.Frequency, _used)]);
        Assert.Equal(0, new IdleCores(_folder.Path).Ask());
    }

    [Fact]
    public void The_systems_own_file_is_read()
    {
        Ask("cpu  0 0 0 0 0", 0);
        File.Delete(_path);
        File.CreateSymbolicLink(_path, "/proc/stat");
        // All that was idle since the machine began, as if it had been in this second.
        Assert.True(_cores.Ask(_now + Stopwatch.Frequency, _used) > 0);
    }

    public void Dispose() => _folder.Dispose();

    private double Ask(string text, double seconds, double used = 0)
    {
        File.WriteAllText(_path, text);
        return _cores.Ask(_now += (long)(seconds * Stopwatch.Frequency), _used += TimeSpan.FromSeconds(used));
    }
}
