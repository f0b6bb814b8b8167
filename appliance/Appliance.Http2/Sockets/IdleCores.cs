using System.Buffers.Text;
using System.Diagnostics;

namespace Appliance.Http2.Sockets;

/// <summary>How many of the machine's cores nobody used since it was last asked: proc(5), /proc/stat. Not thread-safe.</summary>
internal sealed class IdleCores(string path = "/proc/stat")
{
    // The kernel counts in hundredths of a second for whoever reads, whatever it ticks in.
    private const double TicksPerSecond = 100;
    private const int IdleField = 3;

    // Seconds that the cores are looked back on at most. 1: what they did before says nothing of now.
    private const double MaxSeconds = 1;

    private long _idle = -1;
    private long _at;

    /// <summary>Mean number of idle cores since the last call; 0 at the first, where that is long ago, or where the system does not say.</summary>
    public double Ask() => Ask(Stopwatch.GetTimestamp());

    internal double Ask(long now)
    {
        var idle = Read();
        var seconds = Stopwatch.GetElapsedTime(_at, now).TotalSeconds;
        var cores = _idle < 0 || idle < 0 || seconds is <= 0 or > MaxSeconds ? 0 : (idle - _idle) / TicksPerSecond / seconds;
        (_idle, _at) = (idle, now);
        return cores;
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
