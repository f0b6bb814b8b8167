using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Appliance.Http2.Sockets;

/// <summary>Asks Linux, until it is disposed or the process ends, for cores that wake within a time (the kernel's power/pm_qos_interface). Not thread-safe.</summary>
internal sealed partial class CpuLatencyRequest : IDisposable
{
    public const string Device = "/dev/cpu_dma_latency";
    public const string Driver = "/sys/devices/system/cpu/cpuidle/current_driver";

    // A guest's core that halts is its host's: to wake it costs 15 µs and more, whatever its driver says.
    private const string GuestDriver = "haltpoll";
    private const int NoSleep = 0;

    // Microseconds. 2: C1, on some x86 C1E too, and none that takes tens of µs to wake from. Unlike a core that turns, it takes nothing from its sibling.
    private const int LightSleep = 2;

    private readonly SafeFileHandle _file;

    private CpuLatencyRequest(SafeFileHandle file) => _file = file;

    /// <summary>Returns null, and logs why, where the device is not there or cannot be opened: it is root's by default.</summary>
    public static CpuLatencyRequest? Open(string device, string driver, ILogger logger)
    {
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(device, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            var microseconds = DriverIs(driver, GuestDriver) ? NoSleep : LightSleep;
            // In the machine's own order.
            RandomAccess.Write(file, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in microseconds)), 0);
            Log.KeptAwake(logger, microseconds);
            return new CpuLatencyRequest(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            Log.NotKeptAwake(logger, device, e.Message);
            return null;
        }
    }

    public void Dispose() => _file.Dispose();

    private static bool DriverIs(string path, string name)
    {
        try
        {
            return File.ReadAllText(path).Trim() == name;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.CoresKeptAwake, LogLevel.Debug, "While calls come, cores are asked to wake within {Microseconds} µs.")]
        public static partial void KeptAwake(ILogger logger, int microseconds);

        [LoggerMessage(EventIds.CoresNotKeptAwake, LogLevel.Information, "Cores sleep between calls, which takes longer where few come: {Device} cannot be opened ({Cause}). docs/deploying.md says how to give it.")]
        public static partial void NotKeptAwake(ILogger logger, string device, string cause);
    }
}
