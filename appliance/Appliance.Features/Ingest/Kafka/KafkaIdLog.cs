using System.Globalization;
using System.Runtime.InteropServices;
using Appliance.Features.Journal;
using Microsoft.Win32.SafeHandles;

namespace Appliance.Features.Ingest.Kafka;

/// <summary>
/// The ids that were read, in files beside the store: each with its message's offset, so that a start finds exactly those that the store's checkpoint
/// knows. Appended to and synced before a checkpoint; a file is removed once enough newer ids are covered by every kept checkpoint. Owned by one thread.
/// </summary>
internal sealed class KafkaIdLog : IDisposable
{
    private readonly string _folder;
    private readonly int _capacity;
    private readonly long _segmentBytes;
    private readonly List<KafkaIdSegment> _segments = [];
    private readonly List<(string Partition, KafkaSeenId Id)> _waiting = [];
    private readonly MemoryStream _blocks = new();
    private SafeFileHandle _file;
    private long _length;
    private bool _isDirty;

    private KafkaIdLog(string folder, int capacity, long segmentBytes, int next)
    {
        _folder = folder;
        _capacity = capacity;
        _segmentBytes = segmentBytes;
        _file = Begin(next);
    }

    /// <summary>Opens the folder's log and enters what it remembers up to the positions.</summary>
    /// <param name="folder">Made where it is missing; this process alone uses it.</param>
    /// <param name="applied">Where reading begins.</param>
    /// <param name="capacity">Ids that must be found again after a restart.</param>
    /// <param name="segmentBytes">Bytes after which another file is begun.</param>
    /// <param name="seen">Gets the ids, the oldest first.</param>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static KafkaIdLog Open(string folder, StreamPositions applied, int capacity, long segmentBytes, KafkaSeenIds seen)
    {
        Directory.CreateDirectory(folder);
        var history = new KafkaIdHistory();
        var numbers = Directory.GetFiles(folder, "ids-*.log").Select(NumberOf).Order().ToList();
        foreach (var number in numbers) history.Read(File.ReadAllBytes(KafkaIdSegment.PathIn(folder, number)), number);
        history.DropBehind(applied);
        // Behind a torn block nothing can be read, so a file is never gone on with.
        var log = new KafkaIdLog(folder, capacity, segmentBytes, numbers.Count == 0 ? 1 : numbers[^1] + 1);
        log._segments.InsertRange(0, numbers.Select(number => new KafkaIdSegment(number)));
        var segments = log._segments.ToDictionary(s => s.Number);
        foreach (ref readonly var id in history.Ids)
        {
            seen.Enter(id.Id, id.Time);
            segments[id.Segment].Add(history.NameOf(id), id.Position);
        }
        KafkaIdBlock.WriteStart(log._blocks, applied);
        log.Flush();
        return log;
    }

    public void Add(string partition, in KafkaSeenId id) => _waiting.Add((partition, id));

    /// <summary>Hands what was added to the system.</summary>
    /// <exception cref="IOException">The disk refuses; what was added is kept for the next call.</exception>
    public void Write()
    {
        Encode();
        if (_blocks.Length == 0) return;
        _isDirty = true;
        RandomAccess.Write(_file, _blocks.GetBuffer().AsSpan(0, (int)_blocks.Length), _length);
        _length += _blocks.Length;
        _blocks.SetLength(0);
    }

    /// <summary>Brings what was added to the disk.</summary>
    /// <exception cref="IOException">The disk refuses; what was added is kept for the next call.</exception>
    public void Flush()
    {
        Write();
        if (!_isDirty) return;
        RandomAccess.FlushToDisk(_file);
        _isDirty = false;
    }

    /// <summary>Removes the files that no kept checkpoint needs, and begins another where this one is full.</summary>
    /// <param name="oldest">The positions of the oldest checkpoint that is kept.</param>
    public void Checkpointed(StreamPositions oldest)
    {
        if (_length >= _segmentBytes && _waiting.Count == 0 && !_isDirty)
        {
            _file.Dispose();
            _file = Begin(_segments[^1].Number + 1);
        }
        while (_segments.Count > 1 && _segments[0].IsBefore(oldest) && CoveredBehindFirst(oldest) >= _capacity)
        {
            File.Delete(KafkaIdSegment.PathIn(_folder, _segments[0].Number));
            _segments.RemoveAt(0);
        }
    }

    public void Dispose() => _file.Dispose();

    // Ids in the files behind the first up to the first file that is not wholly of the checkpoint.
    private long CoveredBehindFirst(StreamPositions oldest) => _segments.Skip(1).TakeWhile(s => s.IsBefore(oldest)).Sum(s => (long)s.Count);

    private void Encode()
    {
        var waiting = CollectionsMarshal.AsSpan(_waiting);
        var ids = new List<KafkaSeenId>(waiting.Length);
        for (var i = 0; i < waiting.Length; i++)
        {
            ids.Add(waiting[i].Id);
            _segments[^1].Add(waiting[i].Partition, waiting[i].Id.Position);
            if (i + 1 < waiting.Length && waiting[i + 1].Partition == waiting[i].Partition) continue;
            KafkaIdBlock.WriteIds(_blocks, waiting[i].Partition, CollectionsMarshal.AsSpan(ids));
            ids.Clear();
        }
        _waiting.Clear();
    }

    private SafeFileHandle Begin(int number)
    {
        var file = File.OpenHandle(KafkaIdSegment.PathIn(_folder, number), FileMode.Create, FileAccess.Write, FileShare.Read);
        DirectoryFlush.Flush(_folder);
        _segments.Add(new KafkaIdSegment(number));
        _length = 0;
        return file;
    }

    private static int NumberOf(string path) => int.Parse(Path.GetFileNameWithoutExtension(path).AsSpan("ids-".Length), CultureInfo.InvariantCulture);
}
