using System.Globalization;
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
    private const string Prefix = "dead-letters-";

    private readonly string _folder;
    private readonly long _fileBytes;
    private readonly int _files;
    private readonly ILogger _logger;
    private readonly MemoryStream _waiting = new();
    private FileStream? _file;
    private int _waitingLetters;

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

    /// <summary>Called with the number of letters that have come to the disk; null where nobody counts them.</summary>
    public Action<int>? Written { get; set; }

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
        _waitingLetters++;
    }

    public bool Flush()
    {
        if (_waiting.Length == 0) return true;
        var before = -1L;
        try
        {
            if (_file is null || _file.Length >= _fileBytes) Next();
            before = _file!.Length;
            _waiting.WriteTo(_file);
            _file.Flush(flushToDisk: true);
            _waiting.SetLength(0);
            Written?.Invoke(_waitingLetters);
            _waitingLetters = 0;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.Failed(_logger, e.Message);
            TakeBack(before);
            return false;
        }
    }

    public void Dispose() => _file?.Dispose();

    // Half of what was written would be half a line, and come again.
    private void TakeBack(long length)
    {
        try
        {
            if (length >= 0) _file?.SetLength(length);
        }
        catch (IOException)
        {
            // The next file begins with a line of its own.
            _file?.Dispose();
            _file = null;
        }
    }

    private void Next()
    {
        _file?.Dispose();
        _file = null;
        var numbers = Numbers();
        var last = numbers.Count == 0 ? 0 : numbers[^1];
        // One begun before a restart goes on until it is full.
        var goesOn = numbers.Count > 0 && new FileInfo(PathOf(last)).Length < _fileBytes;
        foreach (var old in numbers.Take(Math.Max(0, numbers.Count + (goesOn ? 0 : 1) - _files))) File.Delete(PathOf(old));
        // Unbuffered: what is not written must not come out later, from a buffer that is given up.
        _file = new FileStream(PathOf(goesOn ? last : last + 1), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        _file.Seek(0, SeekOrigin.End);
        if (_file.Length > 0 && !EndsLine(_file)) _file.WriteByte((byte)'\n');
    }

    private List<int> Numbers() =>
        [.. Directory.GetFiles(_folder, Prefix + "*.jsonl")
            .Select(path => int.TryParse(Path.GetFileNameWithoutExtension(path).AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
            .Where(number => number > 0).Order()];

    private string PathOf(int number) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number:D8}.jsonl"));

    private static bool EndsLine(FileStream file)
    {
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }

    private static void WriteEvent(Utf8JsonWriter json, in PagedEvent refused)
    {
        if (EventRecord.TryParse(refused.Record.Span, out var record))
        {
            // The event alone would be a row for all views of its source.
            if (record.RowView != 0) json.WriteNumber("viewNumber", record.RowView);
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
