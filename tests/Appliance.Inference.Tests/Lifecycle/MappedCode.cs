using System.Globalization;
using System.Runtime.InteropServices;

namespace Appliance.Inference.Tests.Lifecycle;

/// <summary>A file mapped as code, private and executable, that nothing runs: what the system counts of it as the process's is the test's own doing.</summary>
internal sealed class MappedCode : IDisposable
{
    private const int ReadExecute = 5, Private = 2, Page = 4096;

    private readonly nint _start;
    private readonly nint _bytes;

    public MappedCode()
    {
        var path = typeof(MappedCode).Assembly.Location;
        using var file = File.OpenHandle(path);
        _bytes = (nint)RandomAccess.GetLength(file);
        _start = Map(0, _bytes, ReadExecute, Private, (int)file.DangerousGetHandle(), 0);
        if (_start == -1) throw new InvalidOperationException($"mmap of {path} failed with {Marshal.GetLastPInvokeError()}");
    }

    /// <summary>Reads a byte of each page, as running it would.</summary>
    public void Touch()
    {
        for (nint at = 0; at < _bytes; at += Page) Marshal.ReadByte(_start + at);
    }

    /// <summary>What /proc says is in memory and counted as the process's.</summary>
    public long ResidentKilobytes()
    {
        var mapping = File.ReadLines("/proc/self/smaps").SkipWhile(l => !l.StartsWith($"{_start:x}-", StringComparison.Ordinal));
        var resident = mapping.First(l => l.StartsWith("Rss:", StringComparison.Ordinal));
        return long.Parse(resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    public void Dispose() => _ = Unmap(_start, _bytes);

    [DllImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static extern nint Map(nint at, nint bytes, int protection, int flags, int file, nint offset);

    [DllImport("libc", EntryPoint = "munmap")]
    private static extern int Unmap(nint start, nint bytes);
}
