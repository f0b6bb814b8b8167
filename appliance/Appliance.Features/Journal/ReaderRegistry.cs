using System.Text.Json;

namespace Appliance.Features.Journal;

/// <summary>The registered readers and how far each has come, on the disk before a change is acknowledged. Thread-safe.</summary>
internal sealed class ReaderRegistry
{
    private const int MaxNameLength = 64;

    private readonly IJournalDisk _disk;

    // Guards _readers and the file.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ReaderEntry> _readers;

    /// <exception cref="InvalidDataException">The file is not what this class writes.</exception>
    public ReaderRegistry(IJournalDisk disk)
    {
        _disk = disk;
        var file = Read(disk);
        _readers = file.Readers;
        KnownDurable = file.Durable;
    }

    /// <summary>Up to where the journal was durable when the file was last written, as opening found it.</summary>
    public long KnownDurable { get; }

    /// <summary>The smallest position of a reader; <see cref="long.MaxValue"/> where none is registered.</summary>
    public long SlowestPosition
    {
        get
        {
            lock (_gate) return _readers.Count == 0 ? long.MaxValue : _readers.Values.Min(reader => reader.Position);
        }
    }

    public bool Contains(string name)
    {
        lock (_gate) return _readers.ContainsKey(name);
    }

    public KeyValuePair<string, ReaderEntry>[] All()
    {
        lock (_gate) return [.. _readers.OrderBy(reader => reader.Key, StringComparer.Ordinal)];
    }

    /// <summary>Adds the reader if it is new. <paramref name="position"/>: where it stands.</summary>
    public JournalFault? Register(string name, long start, DateTimeOffset now, long durable, out long position)
    {
        lock (_gate)
        {
            position = start;
            if (!_readers.TryGetValue(name, out var reader)) return Save(name, new ReaderEntry(start, now), durable);
            position = reader.Position;
            return null;
        }
    }

    public JournalOutcome Advance(string name, long position, DateTimeOffset now, long durable)
    {
        lock (_gate)
        {
            if (!_readers.TryGetValue(name, out var reader)) return JournalOutcome.UnknownReader;
            if (position < reader.Position || position > durable) return JournalOutcome.InvalidPosition;
            return Save(name, new ReaderEntry(position, now), durable)?.Outcome ?? JournalOutcome.Ok;
        }
    }

    public JournalOutcome Remove(string name, long durable)
    {
        lock (_gate)
        {
            if (!_readers.ContainsKey(name)) return JournalOutcome.UnknownReader;
            return Save(name, null, durable)?.Outcome ?? JournalOutcome.Ok;
        }
    }

    /// <summary>Writes down how far the journal is durable.</summary>
    public void Save(long durable)
    {
        lock (_gate) Write(durable);
    }

    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    // What could not be written did not happen.
    private JournalFault? Save(string name, ReaderEntry? entry, long durable)
    {
        var before = _readers.GetValueOrDefault(name);
        Set(name, entry);
        try
        {
            Write(durable);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Set(name, before);
            return JournalFault.Of(error);
        }
    }

    private void Set(string name, ReaderEntry? entry)
    {
        if (entry is null) _readers.Remove(name);
        else _readers[name] = entry;
    }

    private void Write(long durable) => _disk.ReplaceFile(
        ReadersFile.Name,
        JsonSerializer.SerializeToUtf8Bytes(new ReadersFile { Durable = durable, Readers = _readers }, JournalJsonContext.Default.ReadersFile));

    private static ReadersFile Read(IJournalDisk disk)
    {
        if (disk.ReadFile(ReadersFile.Name) is not { } content) return new ReadersFile();
        try
        {
            return JsonSerializer.Deserialize(content, JournalJsonContext.Default.ReadersFile) ?? new ReadersFile();
        }
        catch (JsonException malformed)
        {
            throw new InvalidDataException(
                $"the journal's {ReadersFile.Name} is not readable, so how far its readers have come is not known: {malformed.Message}", malformed);
        }
    }
}
