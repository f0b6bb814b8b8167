using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Appliance.Features.Journal;

/// <summary>A journal's files in one folder, which it holds against other processes while it is open. Thread-safe.</summary>
internal sealed class JournalDisk : IJournalDisk
{
    private const string Prefix = "events-";
    private const string Suffix = ".log";

    // What a replacement may be longer than the one before without needing room: one block of the common file systems, some 50 readers.
    internal const int ReservedBytes = 4096;

    private readonly string _folder;
    private readonly SafeFileHandle _lock;

    // Guards _handles and _unlisted. Handles are closed at Delete and Dispose; a read or write that overlaps with that keeps its own reference.
    private readonly Lock _gate = new();
    private readonly Dictionary<int, SafeFileHandle> _handles = [];

    // Segments whose directory entry may not be on the disk yet.
    private readonly HashSet<int> _unlisted = [];

    /// <exception cref="IOException">Another process has the folder open, or it cannot be made.</exception>
    public JournalDisk(string folder)
    {
        _folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(_folder);
        _lock = File.OpenHandle(Path.Combine(_folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }

    public IReadOnlyList<int> Segments() =>
    [
        .. Directory.EnumerateFiles(_folder, Prefix + "*" + Suffix)
            .Select(path => Path.GetFileName(path)[Prefix.Length..^Suffix.Length])
            .Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var segment) ? segment : -1)
            .Where(segment => segment >= 0)
            .Order(),
    ];

    public long Length(int segment) => TryOpen(segment, out var handle) ? RandomAccess.GetLength(handle) : 0;

    public void Write(int segment, long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(Open(segment), bytes, offset);

    public void Flush(int segment)
    {
        RandomAccess.FlushToDisk(Open(segment));
        bool unlisted;
        lock (_gate) unlisted = _unlisted.Contains(segment);
        if (!unlisted) return;
        DirectoryFlush.Flush(_folder);
        lock (_gate) _unlisted.Remove(segment);
    }

    public int Read(int segment, long offset, Span<byte> into)
    {
        try
        {
            if (!TryOpen(segment, out var handle)) return -1;
            var total = 0;
            while (total < into.Length)
            {
                var read = RandomAccess.Read(handle, into[total..], offset + total);
                if (read == 0) break;
                total += read;
            }
            return total;
        }
        catch (ObjectDisposedException)
        {
            // Deleted while it was being read.
            return -1;
        }
    }

    public void Truncate(int segment, long length)
    {
        var handle = Open(segment);
        RandomAccess.SetLength(handle, length);
        RandomAccess.FlushToDisk(handle);
    }

    public void Delete(int segment)
    {
        lock (_gate)
        {
            if (_handles.Remove(segment, out var handle)) handle.Dispose();
            _unlisted.Remove(segment);
            File.Delete(PathOf(segment));
        }
    }

    public byte[]? ReadFile(string name)
    {
        var path = Path.Combine(_folder, name);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    public void ReplaceFile(string name, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(_folder, name);
        var next = path + ".next";
        using (var handle = File.OpenHandle(next, FileMode.OpenOrCreate, FileAccess.Write))
        {
            // Over what the file has already, which a full disk takes; it is never cut, as room that is given back may be gone when it is needed.
            RandomAccess.Write(handle, content, 0);
            Fill(handle, content.Length, RandomAccess.GetLength(handle));
            RandomAccess.FlushToDisk(handle);
        }
        if (!FileExchange.TryExchange(next, path)) File.Move(next, path, overwrite: true);
        DirectoryFlush.Flush(_folder);
        Reserve(next, content.Length + ReservedBytes);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var handle in _handles.Values) handle.Dispose();
            _handles.Clear();
        }
        _lock.Dispose();
    }

    // The room of the next replacement. Without it a replacement needs room of its own when it comes, as any file.
    private static void Reserve(string path, long length)
    {
        try
        {
            using var handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write);
            var present = RandomAccess.GetLength(handle);
            if (present >= length) return;
            Fill(handle, present, length);
            RandomAccess.FlushToDisk(handle);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The new content is on the disk; the next replacement tries to reserve again.
        }
    }

    // With bytes and not by setting the length, which would reserve nothing.
    private static void Fill(SafeFileHandle handle, long from, long to)
    {
        if (to <= from) return;
        var blanks = new byte[to - from];
        blanks.AsSpan().Fill((byte)' ');
        RandomAccess.Write(handle, blanks, from);
    }

    private string PathOf(int segment) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{segment:D10}{Suffix}"));

    private bool TryOpen(int segment, out SafeFileHandle handle)
    {
        lock (_gate)
        {
            if (_handles.TryGetValue(segment, out handle!)) return true;
            if (!File.Exists(PathOf(segment))) return false;
            _handles[segment] = handle = File.OpenHandle(PathOf(segment), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return true;
        }
    }

    private SafeFileHandle Open(int segment)
    {
        lock (_gate)
        {
            if (TryOpen(segment, out var handle)) return handle;
            _unlisted.Add(segment);
            return _handles[segment] = File.OpenHandle(PathOf(segment), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
    }
}
