using System.Collections.Concurrent;
using System.Collections.Immutable;
using Lake.Files.Parquet.Checks;

namespace Lake.Query;

/// <summary>Checks files before the engine reads them, and remembers which were found whole: a file of a table is written once and never changed. Thread-safe.</summary>
internal sealed class CheckedFiles
{
    /// <summary>Files that are remembered; from there on it begins anew. 65,536: some 10 MB, and more files than most queries of a process touch.</summary>
    private const int MaxFiles = 65_536;

    private readonly ConcurrentDictionary<FileStamp, Found> _found = new();

    /// <summary>Files that were found whole by any query of the process.</summary>
    public static CheckedFiles OfProcess { get; } = new();

    /// <summary>Checks what was not checked before of a file's columns.</summary>
    /// <param name="location">What the file is called in errors.</param>
    /// <param name="path">Where it is on the local disk.</param>
    /// <param name="fieldIds">The columns, with all that is in them; null for all.</param>
    /// <param name="cancellation">Ends it between two pages.</param>
    /// <exception cref="LakeFormatException">Something of it is not as it was written; the message names the file.</exception>
    public void Check(string location, string path, IReadOnlySet<int>? fieldIds, CancellationToken cancellation)
    {
        var key = FileStamp.Of(path);
        var known = _found.GetValueOrDefault(key);
        if (known is not null && (known.HasAll || (fieldIds is not null && fieldIds.All(known.FieldIds.Contains)))) return;
        var wanted = known is null || fieldIds is null ? fieldIds : fieldIds.Except(known.FieldIds).ToHashSet();
        FileChecks.Check(location, path, wanted, cancellation);
        if (_found.Count >= MaxFiles) _found.Clear();
        _found.AddOrUpdate(key, _ => Found.None.And(fieldIds), (_, before) => before.And(fieldIds));
    }

    private sealed record Found(bool HasAll, ImmutableHashSet<int> FieldIds)
    {
        public static readonly Found None = new(false, []);

        public Found And(IReadOnlySet<int>? fieldIds) => fieldIds is null ? new Found(true, []) : HasAll ? this : this with { FieldIds = FieldIds.Union(fieldIds) };
    }
}
