using System.Text.Json;

namespace Appliance.Host.Security.Audit;

/// <summary>Reads an audit log from its first line to its last and finds the first that is not what it was. Used once; not thread-safe.</summary>
/// <param name="newestFiles">How many files to look at, the newest that hold lines; the first line of them is then taken as it is.</param>
internal sealed class AuditVerifier(string folder, int newestFiles = int.MaxValue)
{
    private readonly HashSet<long> _open = [];
    private AuditHead _head = AuditHead.Empty;
    private AuditLine _last;
    private AuditHead? _wanted;
    private bool _wantedFound;
    private bool _beginsAnywhere;

    /// <param name="wanted">A head that was kept elsewhere; the folder's own is looked at besides.</param>
    /// <param name="progress">Is told the lines so far, a file at a time.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public AuditVerdict Run(AuditHead? wanted, Action<long>? progress = null, CancellationToken cancellation = default)
    {
        _wanted = wanted;
        _wantedFound = wanted is null || wanted == AuditHead.Empty;
        AuditHead? kept;
        try
        {
            kept = AuditFiles.ReadHead(folder);
        }
        catch (InvalidDataException e)
        {
            return Verdict(e.Message);
        }
        var isKeptFound = kept is null || kept == AuditHead.Empty;
        string[] files = [.. AuditFiles.In(folder).Where(f => new FileInfo(f).Length > 0)];
        _beginsAnywhere = files.Length > newestFiles;
        foreach (var file in _beginsAnywhere ? files[^newestFiles..] : files)
        {
            var number = 0;
            foreach (var (line, isWhole) in AuditReader.Lines(file))
            {
                cancellation.ThrowIfCancellationRequested();
                var at = new AuditLine(file, ++number);
                if (!isWhole) return Verdict($"{at}: it has no end; the process may have ended while it was written");
                if (Take(line, at) is { } fault) return Verdict(fault);
                if (kept is { } k && _head.Number == k.Number)
                {
                    if (_head != k) return Verdict($"{at}: it is not the line that audit.head was written for; it was changed");
                    isKeptFound = true;
                }
            }
            progress?.Invoke(_head.Number);
        }
        if (!isKeptFound) return Verdict($"the log ends with line {_head.Number}; audit.head says that it had {kept!.Value.Number}: its end was cut off");
        if (!_wantedFound) return Verdict($"the log ends with line {_head.Number}; the head that was given is of line {_wanted!.Value.Number}: its end was cut off");
        return Verdict(null);
    }

    private string? Take(ReadOnlyMemory<byte> line, AuditLine at)
    {
        AuditRecord record;
        try
        {
            record = JsonSerializer.Deserialize(line.Span, AuditJsonContext.Default.AuditRecord) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            return $"{at}: it is no record; it was changed ({e.Message})";
        }
        if (_beginsAnywhere) _head = new AuditHead(record.Number - 1, record.Previous);
        _beginsAnywhere = false;
        var expected = _head.Number + 1;
        if (record.Number > expected) return $"{at}: it has number {record.Number} where {expected} should be; {record.Number - expected} lines before it were removed";
        if (record.Number < expected) return $"{at}: it has number {record.Number} where {expected} should be; it was inserted";
        if (record.Previous != _head.Hash)
        {
            return _head.Number == 0
                ? $"{at}: it is the first, and says that another was before it; it was changed"
                : $"{_last}: the line behind it was written for another; it was changed";
        }
        if (record.Event == "begun") _open.Add(record.Number);
        if (record.Of is { } of) _open.Remove(of);
        _head = new AuditHead(record.Number, AuditFiles.HashOf(line.Span));
        _last = at;
        if (_wanted is not { } wanted || wanted.Number != _head.Number) return null;
        _wantedFound = true;
        return wanted == _head ? null : $"{at}: it is not the line that the given head is of; it was changed, or the log was written anew";
    }

    private AuditVerdict Verdict(string? fault) => new(_head, fault, _open.Count);
}
