using System.Text.Json;

namespace Appliance.Host.Security.Audit;

/// <summary>
/// Writes down who administered what. A line is on the disk before its call begins; while lines cannot be written, nothing is begun: the
/// lines of calls that ended meanwhile are kept and written first. One process at a time has a log open. Thread-safe.
/// </summary>
internal sealed class AuditLog : IDisposable
{
    // Guards everything below, and the order of lines: administration is rare, and waits for its disk.
    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly int _fileBytes;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IAuditDisk _disk;
    private readonly Queue<AuditRecord> _unwritten = new();
    private AuditHead _head = AuditHead.Empty;
    private FileStream? _lock;
    private int _file;
    private string? _fault;

    // The same number as the head's, for readers who do not wait for a disk.
    private long _lines;

    /// <exception cref="SecurityFileException">The folder cannot be used, or the log in it is not what its head says.</exception>
    public AuditLog(SecurityOptions options, TimeProvider time, ILogger<AuditLog> logger, IAuditDisk? disk = null)
    {
        (_folder, _fileBytes, _time, _logger) = (options.AuditFolder, options.AuditFileBytes, time, logger);
        _disk = disk ?? new AuditDisk();
        try
        {
            Directory.CreateDirectory(_folder);
            // Two writers would each make half of a chain.
            _lock = new FileStream(Path.Combine(_folder, "audit.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            Recover();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Dispose();
            throw new SecurityFileException($"Security:AuditFolder is '{_folder}'; its log cannot be gone on with: {e.Message}", e);
        }
    }

    /// <summary>The last line on the disk.</summary>
    public AuditHead Head
    {
        get
        {
            lock (_gate) return _head;
        }
    }

    /// <summary>How many lines the log has, from its first. Waits for no disk.</summary>
    public long Lines => Volatile.Read(ref _lines);

    /// <summary>Writes that a call is about to begin. Null where that cannot be written: the call must not be made.</summary>
    public long? TryBegin(AuditCall call) => TryWriteNow(call.ToRecord("begun", null, null));

    /// <summary>Writes how a call ended. Kept for later where it cannot be written.</summary>
    public void End(AuditCall call, long begun, string outcome)
    {
        lock (_gate)
        {
            _unwritten.Enqueue(call.ToRecord("ended", begun, outcome));
            TryDrain();
        }
    }

    /// <summary>Writes that a known caller was refused. Where it cannot be written, nothing was done that is not written down.</summary>
    public void Refused(AuditCall call, string reason) => TryWriteNow(call.ToRecord("refused", null, reason));

    public void Dispose()
    {
        lock (_gate)
        {
            _disk.Dispose();
            _lock?.Dispose();
        }
    }

    private long? TryWriteNow(AuditRecord record)
    {
        lock (_gate) return TryDrain() && TryWrite(record) ? record.Number : null;
    }

    private bool TryDrain()
    {
        while (_unwritten.TryPeek(out var next))
        {
            if (!TryWrite(next)) return false;
            _unwritten.Dequeue();
        }
        return true;
    }

    private bool TryWrite(AuditRecord record)
    {
        (record.Number, record.Previous, record.Time) = (_head.Number + 1, _head.Hash, _time.GetUtcNow());
        var json = JsonSerializer.SerializeToUtf8Bytes(record, AuditJsonContext.Default.AuditRecord);
        try
        {
            if (_disk.Length > 0 && _disk.Length + json.Length + 1 > _fileBytes) OpenNext();
            _disk.Append([.. json, (byte)'\n']);
            _head = new AuditHead(record.Number, AuditFiles.HashOf(json));
            Volatile.Write(ref _lines, record.Number);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (_fault != e.Message) SecurityEvents.AuditFailed(_logger, e.Message);
            _fault = e.Message;
            return false;
        }
        _fault = null;
        WriteHead();
        return true;
    }

    private void OpenNext()
    {
        _disk.Open(AuditFiles.PathOf(_folder, _file + 1));
        _file++;
    }

    // The log is whole without it, and the next line writes it again.
    private void WriteHead()
    {
        try
        {
            AuditFiles.WriteHead(_folder, _head);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            SecurityEvents.AuditHeadFailed(_logger, e.Message);
        }
    }

    // A log that was tampered with is not gone on with: its new lines would make the old ones look sound. Its newest files are looked at; all of them
    // would make a start take as long as the log.
    private void Recover()
    {
        var files = AuditFiles.In(_folder);
        _file = files.Length == 0 ? 1 : AuditFiles.NumberOf(files[^1]);
        _disk.Open(files.Length == 0 ? AuditFiles.PathOf(_folder, _file) : files[^1]);
        if (files.Length > 0) CutUnfinishedLine(files[^1]);
        var verdict = new AuditVerifier(_folder, newestFiles: 2).Run(wanted: null);
        if (verdict.Fault is { } fault) throw new InvalidDataException($"{fault}. 'appliance audit verify' looks again; begin a log in another folder and keep this one");
        _head = verdict.Head;
        Volatile.Write(ref _lines, _head.Number);
    }

    // Its call was never begun: a line is only counted on with its end.
    private void CutUnfinishedLine(string file)
    {
        var whole = 0L;
        foreach (var (line, isWhole) in AuditReader.Lines(file))
        {
            if (isWhole) whole += line.Length + 1;
        }
        if (whole < _disk.Length) _disk.Cut(whole);
    }
}
