using System.Collections.Concurrent;

namespace Lake.Query;

/// <summary>Remembers the shapes of files, for which the engine reads each file's end: some 3 ms of a query of one file. Thread-safe.</summary>
internal sealed class KnownShapes
{
    /// <summary>Files that are remembered; from there on it begins anew. 65,536, as many as are remembered to be whole.</summary>
    private const int MaxFiles = 65_536;

    /// <summary>Shapes that are remembered. 64: files of a table mostly share one, and one of a thousand columns has a text of some 200 KB.</summary>
    private const int MaxShapes = 64;

    private readonly ConcurrentDictionary<FileStamp, string> _ofFile = new();

    // Files of one shape share its text.
    private readonly ConcurrentDictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>Shapes that any query of the process has read.</summary>
    public static KnownShapes OfProcess { get; } = new();

    /// <summary>The shape of a file, as <see cref="WrittenField.Columns"/> takes it; null where it was not read since the file was written.</summary>
    public string? Find(FileStamp file) => _ofFile.GetValueOrDefault(file);

    /// <param name="file">The file as it was before its shape was read.</param>
    /// <param name="shape">Its shape.</param>
    public void Add(FileStamp file, string shape)
    {
        if (_ofFile.Count >= MaxFiles || _texts.Count >= MaxShapes)
        {
            _ofFile.Clear();
            _texts.Clear();
        }
        _ofFile[file] = _texts.GetOrAdd(shape, shape);
    }
}
