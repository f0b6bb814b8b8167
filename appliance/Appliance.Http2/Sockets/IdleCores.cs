using System.Buffers.Text;
using System.Diagnostics;

namespace Appliance.Http2.Sockets;

/// <summary>
/// How many cores nobody used since it was last asked: of the machine's (proc(5), /proc/stat), and no more than this process left of those that it may
/// use, which in a container are fewer. Not thread-safe.
/// </summary>
/// <param name="cores">A container's share of the cores that the process may run on; null for as many as the runtime says, which rounds a share up.</param>
/// <param name="most">Cores that the process may run on; null as the runtime says.</param>
internal sealed class IdleCores(string path = "/proc/stat", double? cores = null, int? most = null)
{
    // The kernel counts in hundredths of a second for whoever reads, whatever it ticks in.
    private const double TicksPerSecond = 100;
    private const int IdleField = 3;

    // Seconds that the cores are looked back on at most. 1: what they did before says nothing of now.
    private const double MaxSeconds = 1;

    private readonly double _cores = Math.Min(cores ?? int.MaxValue, most ?? Environment.ProcessorCount);
    private long _idle = -1;
    private TimeSpan _used;
    private long _at;

    /// <summary>Mean number of idle cores since the last call; 0 at the first, where that is long ago, or where the system does not say.</summary>
    public double Ask() => Ask(Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);

    /// <param name="used">Time on cores that this process has had in all.</param>
    internal double Ask(long now, TimeSpan used)
    {
        var idle = Read();
        var seconds = Stopwatch.GetElapsedTime(_at, now).TotalSeconds;
        var isKnown = _idle >= 0 && idle >= 0 && seconds is > 0 and <= MaxSeconds;
        var cores = isKnown ? Math.Min((idle - _idle) / TicksPerSecond, (_cores * seconds) - (used - _used).TotalSeconds) / seconds : 0;
        (_idle, _used, _at) = (idle, used, now);
        return Math.Max(cores, 0);
    }

    // Ticks of all cores together; -1 where they cannot be read.
    private long Read()
    {
        try
        {
            using var file = File.OpenHandle(path);
            Span<byte> start = stackalloc byte[256];
            start = start[..RandomAccess.Read(file, start, 0)];
            if (!start.StartsWith("cpu "u8)) return -1;
            start = start["cpu".Length..].TrimStart((byte)' ');
            for (var i = 0; i < IdleField; i++)
            {
                var end = start.IndexOf((byte)' ');
                if (end < 0) return -1;
                start = start[(end + 1)..];
            }
            return Utf8Parser.TryParse(start, out long idle, out _) ? idle : -1;
        }
        catch (IOException)
        {
            return -1;
        }
        catch (UnauthorizedAccessException)
        {
            return -1;
        }
    }
}
