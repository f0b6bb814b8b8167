using Lake.Import.Sources;
using Lake.Import.Staging;

namespace Lake.Import;

/// <summary>Works out how far an import is and what is left. Used by one thread.</summary>
internal sealed class ImportMeter
{
    private readonly IReadOnlyList<InputFile> _files;
    private readonly TimeProvider _clock;
    private readonly IProgress<ImportProgress>? _progress;
    private readonly long[] _before;
    private readonly long _started;
    private readonly long _firstRows;
    private readonly long _firstBytes;

    /// <param name="files">The files.</param>
    /// <param name="clock">Measures this run.</param>
    /// <param name="start">Where this run begins.</param>
    /// <param name="rows">Rows that were read before.</param>
    /// <param name="progress">Told; null for no one.</param>
    public ImportMeter(IReadOnlyList<InputFile> files, TimeProvider clock, ImportPosition start, long rows, IProgress<ImportProgress>? progress)
    {
        (_files, _clock, _progress, _firstRows, _started) = (files, clock, progress, rows, clock.GetTimestamp());
        _before = new long[files.Count + 1];
        for (var i = 0; i < files.Count; i++) _before[i + 1] = _before[i] + files[i].Length;
        _firstBytes = _before[start.File];
    }

    /// <param name="filesDone">Files that are done.</param>
    /// <param name="bytes">Bytes read of the next one.</param>
    /// <param name="rows">Good rows of all runs.</param>
    /// <param name="bad">Bad rows of all runs.</param>
    public void Tell(int filesDone, long bytes, long rows, long bad)
    {
        if (_progress is null) return;
        var done = _before[filesDone] + bytes;
        var seconds = _clock.GetElapsedTime(_started).TotalSeconds;
        var perSecond = seconds > 0 ? (rows + bad - _firstRows) / seconds : 0;
        TimeSpan? left = seconds > 0 && done > _firstBytes ? TimeSpan.FromSeconds(seconds * (_before[^1] - done) / (done - _firstBytes)) : null;
        _progress.Report(new ImportProgress(filesDone, _files.Count, done, _before[^1], rows, bad, perSecond, left));
    }
}
