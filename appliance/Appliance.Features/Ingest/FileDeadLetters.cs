using System.Text;
using System.Text.Json;
using FeatureModel.Events;
using Microsoft.Extensions.Logging;

namespace Appliance.Features.Ingest;

/// <summary>
/// Dead letters as lines of JSON in a folder: reason, where the event stood, and the event itself as it was sent. A file that is full is followed by
/// another; the oldest beyond the limit is removed. Used by the ingest loop alone.
/// </summary>
internal sealed partial class FileDeadLetters : IDeadLetters, IDisposable
{
    private readonly string _folder;
    private readonly long _fileBytes;
    private readonly int _files;
    private readonly ILogger _logger;
    private readonly MemoryStream _waiting = new();
    private FileStream? _file;

    /// <param name="folder">Made where it is missing.</param>
    /// <param name="fileBytes">Bytes after which a file is full.</param>
    /// <param name="files">Files that are kept.</param>
    /// <param name="logger">Told when the disk refuses.</param>
    public FileDeadLetters(string folder, long fileBytes, int files, ILogger logger)
    {
        _folder = folder;
        _fileBytes = fileBytes;
        _files = files;
        _logger = logger;
        Directory.CreateDirectory(folder);
    }

    public void Add(in PagedEvent refused, RefusalReason reason, string refusal)
    {
        using (var json = new Utf8JsonWriter(_waiting))
        {
            json.WriteStartObject();
            json.WriteString("reason", reason.ToString());
            json.WriteString("refusal", refusal);
            json.WriteString("partition", refused.Partition);
            json.WriteNumber("position", refused.Position);
            WriteEvent(json, refused);
            json.WriteEndObject();
        }
        _waiting.WriteByte((byte)'\n');
    }

    public bool Flush()
    {
        if (_waiting.Length == 0) return true;
        try
        {
            if (_file is null || _file.Length >= _fileBytes) Next();
            _waiting.WriteTo(_file!);
            _file!.Flush(flushToDisk: true);
            _waiting.SetLength(0);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.Failed(_logger, e.Message);
            _file?.Dispose();
            _file = null;
            return false;
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Next()
    {
        _file?.Dispose();
        var names = Directory.GetFiles(_folder, "dead-letters-*.jsonl").Order(StringComparer.Ordinal).ToList();
        foreach (var old in names.Take(Math.Max(0, names.Count + 1 - _files))) File.Delete(old);
        var last = names.Count == 0 ? 0 : int.Parse(Path.GetFileNameWithoutExtension(names[^1]).AsSpan("dead-letters-".Length), System.Globalization.CultureInfo.InvariantCulture);
        // One begun before a restart goes on until it is full.
        var append = names.Count > 0 && new FileInfo(names[^1]).Length < _fileBytes;
        var number = append ? last : last + 1;
        _file = new FileStream(Path.Combine(_folder, $"dead-letters-{number:D8}.jsonl"), FileMode.Append, FileAccess.Write, FileShare.Read);
    }

    private static void WriteEvent(Utf8JsonWriter json, in PagedEvent refused)
    {
        if (EventRecord.TryParse(refused.Record.Span, out var record))
        {
            json.WritePropertyName("event");
            EventJsonWriter.Write(json, record);
        }
        else
        {
            var raw = refused.Raw.IsEmpty ? refused.Record : refused.Raw;
            json.WriteString("raw", System.Text.Unicode.Utf8.IsValid(raw.Span) ? Encoding.UTF8.GetString(raw.Span) : Convert.ToBase64String(raw.Span));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.DeadLettersFailed, LogLevel.Error, "Dead letters cannot be written: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
