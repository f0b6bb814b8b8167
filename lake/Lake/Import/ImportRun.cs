using Lake.Catalog;
using Lake.Import.Sources;
using Lake.Import.Staging;
using Lake.Manifests;
using Lake.Scan;
using Lake.Storage;
using Lake.Types;
using Lake.Write;

namespace Lake.Import;

/// <summary>One run of an import: reads from where the last one stopped, stages rows, and publishes them at the end. Used by one thread.</summary>
internal sealed class ImportRun(ICatalog catalog, ITableStorage sources, TimeProvider clock, ImportRequest request, string id, Table table)
{
    /// <summary>Bad rows after which all is staged, however few good ones there are: they are held in memory until then.</summary>
    private const int MaxHeldBad = 10_000;

    /// <summary>Rows of a chunk at most. 65,536: as those of a scan.</summary>
    private const int ChunkRows = 65_536;

    /// <summary>Chunks that are read ahead at most. 2: one to write while the next is read, and one for what varies.</summary>
    private const int ReadDepth = 2;

    /// <summary>Bad rows that a message shows. 3: enough to see what is wrong.</summary>
    private const int MaxShown = 3;

    /// <summary>Characters of a value that a message shows. 60: as a column on the screen; quarantine keeps the whole.</summary>
    private const int ShownText = 60;

    private readonly BadRowPolicy _policy = new(request.BadRows);
    private readonly Quarantine _quarantine = new(catalog, request.Table, id, clock);
    private readonly List<(ImportPosition At, string File, BadRow Row)> _held = [];
    private readonly List<string> _shown = [];
    private readonly string _settings = ImportId.Settings(request);
    private Table _table = table;
    private ImportState? _staged;
    private List<InputFile> _begun = [];
    private TableWriter? _writer;
    private long _rows, _bad;

    public async Task<ImportReport> RunAsync(InputFiles input, IReadOnlyList<InputFile> files, IProgress<ImportProgress>? progress, CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        _staged = StagingBranch.Read(_table.Metadata, id);
        await _quarantine.OpenAsync(cancellation);
        // Bad rows of a run that staged nothing else: it starts over.
        if (_staged is null) await _quarantine.AbandonAsync(cancellation);
        else
        {
            await CheckUnchangedAsync(_staged, input, files, cancellation);
            await StagedFiles.CheckAsync(_table, id, cancellation);
            await _quarantine.CheckAsync(cancellation);
        }
        (_rows, _bad, _begun) = (_staged?.Rows ?? 0, _staged?.BadRows ?? 0, [.. _staged?.Files ?? []]);
        var resumedAt = _rows + _bad;
        var meter = new ImportMeter(files, clock, _staged?.Position ?? default, resumedAt, progress);
        try
        {
            for (var i = _staged?.Position.File ?? 0; i < files.Count; i++) await ReadAsync(input, files[i], i, meter, cancellation);
            Refuse(isEnd: true);
            await StageAsync(new ImportPosition(files.Count, 0), cancellation);
        }
        finally
        {
            if (_writer is not null) await _writer.DisposeAsync();
        }
        _table = await ImportPublication.RunAsync(_table, request, id, _staged!, cancellation);
        await _quarantine.PublishAsync(cancellation);
        return new ImportReport(id, _table, files.Count, files.Sum(f => f.Length), _rows, _bad, _bad > 0 ? _quarantine.Name : null, false, resumedAt, clock.GetElapsedTime(started));
    }

    /// <summary>Forgets what is staged.</summary>
    public async Task AbandonAsync(CancellationToken cancellation)
    {
        // The rows first: a run that finds nothing staged clears the quarantine, and one that finds rows goes on behind their bad ones.
        if (_staged is not null) _table = await _table.CommitAsync((_, builder) => builder.RemoveRef(StagingBranch.Name(id)), cancellation);
        await _quarantine.AbandonAsync(cancellation);
    }

    private async Task ReadAsync(InputFiles input, InputFile file, int index, ImportMeter meter, CancellationToken cancellation)
    {
        var first = _staged is { } staged && staged.Position.File == index ? staged.Position.Row : 0;
        var own = await input.IdentifyAsync(file, cancellation);
        if (index == _begun.Count) _begun.Add(own);
        using (var reader = await RowReaders.OpenAsync(sources, file, Target(), cancellation))
        {
            await using var chunks = ReadAhead.Of(reader.ReadAsync(first, cancellation), ReadDepth, c => c.Rows.Dispose(), cancellation).GetAsyncEnumerator(cancellation);
            while (await NextAsync(chunks, index))
            {
                var chunk = chunks.Current;
                using (chunk.Rows)
                {
                    await TakeAsync(chunk, file, index, cancellation);
                    meter.Tell(index, chunk.BytesRead, _rows, _bad);
                    if (!IsDue) continue;
                    await CheckSameAsync(own, cancellation);
                    await StageAsync(new ImportPosition(index, chunk.NextRow), cancellation);
                }
            }
        }
        await CheckSameAsync(own, cancellation);
        meter.Tell(index + 1, 0, _rows, _bad);
    }

    // A file of which rows are staged must stay as it is, and one that is damaged cannot.
    private async ValueTask<bool> NextAsync(IAsyncEnumerator<RowChunk> chunks, int index)
    {
        try
        {
            return await chunks.MoveNextAsync();
        }
        catch (ImportException e) when (_staged?.Files.Count > index)
        {
            throw new ImportGivenUpException(e.Message, e);
        }
    }

    private bool IsDue => (_writer?.Rows ?? 0) >= request.BatchRows || _held.Count >= Math.Min(MaxHeldBad, request.BatchRows);

    private async Task TakeAsync(RowChunk chunk, InputFile file, int index, CancellationToken cancellation)
    {
        _writer ??= new TableWriter(_table);
        if (chunk.Rows.Length > 0) await _writer.WriteAsync(chunk.Rows, cancellation);
        _rows += chunk.Rows.Length;
        _bad += chunk.Bad.Count;
        foreach (var row in chunk.Bad)
        {
            _held.Add((new ImportPosition(index, row.Row), file.Location, row));
            if (_shown.Count < MaxShown) _shown.Add(Shown(file, row));
        }
        Refuse(isEnd: false);
    }

    // Bad rows first: those that are staged and whose good neighbours are not are read again, and left out then.
    private async Task StageAsync(ImportPosition through, CancellationToken cancellation)
    {
        await _quarantine.StageAsync(_held, through, cancellation);
        _held.Clear();
        var files = _writer is null ? (IReadOnlyList<DataFile>)[] : await _writer.FinishAsync(cancellation);
        if (_writer is not null) await _writer.DisposeAsync();
        _writer = null;
        var next = new ImportState(0, _settings, through, _rows, _bad, [.. _begun]);
        _table = await WrittenFiles.CommitAsync(_table, StagingBranch.Stage(id, _staged, next, files), files, cancellation);
        _staged = next with { SnapshotId = _table.Metadata.HeadOf(StagingBranch.Name(id))!.SnapshotId };
    }

    private void Refuse(bool isEnd)
    {
        if (_policy.Decide(_rows, _bad, isEnd) is not { } reason) return;
        throw new ImportGivenUpException($"import '{id}' into table {request.Table} was stopped and nothing of it is kept: {reason}. {string.Join(". ", _shown)}");
    }

    private static string Shown(InputFile file, BadRow row)
    {
        var line = row.Line is { } number ? $" (line {number})" : "";
        var value = row.Value is { } text ? $" is '{(text.Length > ShownText ? $"{text.AsSpan(0, ShownText)}…" : text)}'" : "";
        var column = row.Column is { } name ? $", column '{name}'{value}" : "";
        return $"{file.Location} row {row.Row}{line}{column}: {row.Reason}; it must be {row.Rule}";
    }

    private ReadTarget Target()
    {
        var keys = request.Mode == ImportMode.Upsert ? UpsertKey.Of(_table, request.Keys) : [];
        var schema = new TableSchema(_table.Schema.SchemaId, [.. _table.Schema.Fields.Select(f => keys.Contains(f.Id) ? f with { IsRequired = true } : f)]);
        return new ReadTarget(schema, JsonColumns.Of(schema), request, (int)Math.Min(ChunkRows, request.BatchRows));
    }

    private async Task CheckSameAsync(InputFile file, CancellationToken cancellation)
    {
        var now = await sources.FindAsync(file.Location, cancellation) ?? throw new ImportException($"{file.Location} went away while it was read");
        if (now.Length == file.Length && now.ModifiedAt.ToUnixTimeMilliseconds() == file.ModifiedMs) return;
        throw new ImportException($"{file.Location} was changed while it was read; abandon import '{id}' and run it when no one writes there");
    }

    private async Task CheckUnchangedAsync(ImportState staged, InputFiles input, IReadOnlyList<InputFile> files, CancellationToken cancellation)
    {
        if (staged.Settings != _settings) throw new ImportException($"import '{id}' was begun with other settings; run it with those, or abandon it");
        for (var i = 0; i < staged.Files.Count; i++)
        {
            var before = staged.Files[i];
            if (i >= files.Count || files[i].Name != before.Name)
            {
                var place = i < files.Count ? files[i].Name : "gone";
                throw new ImportException($"import '{id}' was begun with {before.Name} as file {i + 1}, and it is {place} now; give the same files and perhaps more behind them, or abandon it");
            }
            var now = await input.IdentifyAsync(files[i], cancellation);
            if (now.Difference(before) is { } difference) throw new ImportException($"{now.Location} was changed since import '{id}' read it: {difference}; put the old file back, or abandon the import");
        }
    }
}
