using Appliance.Http2.Sockets;
using TestKit;

namespace Appliance.Http2.Tests.Sockets;

public sealed class CpuLatencyRequestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLogger<CpuLatencyRequestTests> _log = new();

    // What the kernel takes: four bytes, microseconds.
    [Theory]
    [InlineData("haltpoll\n", 0)]
    [InlineData("intel_idle\n", 2)]
    [InlineData("none\n", 2)]
    [InlineData(null, 2)]
    public void A_guests_cores_are_not_to_sleep_at_all_and_others_lightly(string? driver, int microseconds)
    {
        File.WriteAllBytes(_folder["device"], []);
        if (driver is not null) File.WriteAllText(_folder["driver"], driver);
        using var request = CpuLatencyRequest.Open(_folder["device"], _folder["driver"], _log);
        Assert.NotNull(request);
        Assert.Equal(BitConverter.GetBytes(microseconds), File.ReadAllBytes(_folder["device"]));
        Assert.Equal(1, _log.Count(EventIds.CoresKeptAwake));
    }

    [Fact]
    public void A_request_ends_with_the_file()
    {
        File.WriteAllBytes(_folder["device"], []);
        var request = CpuLatencyRequest.Open(_folder["device"], _folder["driver"], _log);
        Assert.True(IsOpen());
        request!.Dispose();
        Assert.False(IsOpen());

        bool IsOpen() => Directory.GetFileSystemEntries("/proc/self/fd").Any(f => new FileInfo(f).LinkTarget == _folder["device"]);
    }

    [Fact]
    public void A_device_that_is_not_there_is_not_made()
    {
        Assert.Null(CpuLatencyRequest.Open(_folder["device"], _folder["driver"], _log));
        Assert.False(File.Exists(_folder["device"]));
        Assert.Contains(_folder["device"], Assert.Single(_log.Lines, l => l.EventId == EventIds.CoresNotKeptAwake).Message, StringComparison.Ordinal);
    }

    // A folder can be written to by nobody, root included.
    [Fact]
    public void A_device_that_is_not_to_be_written_to_is_no_fault()
    {
        Assert.Null(CpuLatencyRequest.Open(_folder.Path, _folder["driver"], _log));
        Assert.Equal(1, _log.Count(EventIds.CoresNotKeptAwake));
    }

    [Fact]
    public void The_driver_is_where_the_kernel_names_it()
    {
        Assert.SkipUnless(Directory.Exists("/sys/devices/system/cpu/cpuidle"), "the kernel shows no idle states");
        Assert.NotEmpty(File.ReadAllText(CpuLatencyRequest.Driver));
    }

    public void Dispose() => _folder.Dispose();
}
