using Lake.Catalog;
using Lake.Import.Sources;
using Lake.Import.Staging;
using Lake.Storage;

namespace Lake.Import;

/// <summary>
/// Imports files into tables: CSV, JSON lines and Parquet, compressed or not. Rows are staged on a branch of the table's own, some at a time, and come to the main branch in one commit when all are
/// read: an import is seen as a whole or not at all. One that was cut off at any moment goes on where it stopped when the same request is made again, and one that is done is not done
/// twice. Rows that do not fit go to the table <c>name_quarantine</c>. Thread-safe; two runs of the same import at once are told, and one of them ends.
/// </summary>
/// <param name="catalog">The table's catalog.</param>
/// <param name="clock">What time it is.</param>
/// <param name="sources">Where the files are; the catalog's storage where it is null.</param>
public sealed class TableImport(ICatalog catalog, TimeProvider clock, ITableStorage? sources = null)
{
    private readonly ITableStorage _sources = sources ?? catalog.Storage;

    /// <summary>The files that would be read and the columns that a new table would have; nothing is changed.</summary>
    /// <exception cref="ImportException">The request does not fit what is there.</exception>
    public async Task<ImportPreview> PreviewAsync(ImportRequest request, CancellationToken cancellation)
    {
        var id = ImportId.Of(request);
        var files = await new InputFiles(_sources).FindAsync(request.Sources, request.Format, cancellation);
        var table = await Table.LoadAsync(catalog, request.Table, clock, cancellation);
        var schema = table?.Schema ?? await new ImportTable(catalog, _sources, clock, request, id).NewSchemaAsync(files, cancellation);
        return new ImportPreview(id, [.. files.Select(f => f.Location)], files.Sum(f => f.Length), table is null, schema);
    }

    /// <summary>Imports files, or goes on with an import that was cut off.</summary>
    /// <param name="request">What, and how.</param>
    /// <param name="progress">Told how far it is after each chunk of rows; null for no one.</param>
    /// <param name="cancellation">Ends it; what is staged by then stays, and the same request goes on from there.</param>
    /// <exception cref="ImportException">The request does not fit what is there, a file is damaged or was changed since, or too many rows are bad. The table's rows are as before.</exception>
    public async Task<ImportReport> RunAsync(ImportRequest request, IProgress<ImportProgress>? progress, CancellationToken cancellation)
    {
        ImportRequestCheck.Run(request);
        var id = ImportId.Of(request);
        var started = clock.GetTimestamp();
        var input = new InputFiles(_sources);
        var files = await input.FindAsync(request.Sources, request.Format, cancellation);
        if (await DoneAsync(request, id, input, files, started, cancellation) is { } done) return done;
        var table = await new ImportTable(catalog, _sources, clock, request, id).OpenAsync(files, cancellation);
        var run = new ImportRun(catalog, _sources, clock, request, id, table);
        try
        {
            return await run.RunAsync(input, files, progress, cancellation);
        }
        catch (ImportGivenUpException e)
        {
            await run.AbandonAsync(cancellation);
            await ImportTable.UndoAsync(table, id, cancellation);
            throw new ImportException(e.Message, e);
        }
        catch (Exception)
        {
            // With rows staged it goes on later; without, the table or its new columns would be all that is left of it. Its failure is what is told, even where those cannot be dropped.
            await ImportTable.UndoAfterFailureAsync(table, id);
            throw;
        }
    }

    /// <summary>The id of a request: its own, or the one that is made of it.</summary>
    /// <exception cref="ImportException">It cannot be one.</exception>
    public string IdOf(ImportRequest request) => ImportId.Of(request);

    /// <inheritdoc cref="AbandonAsync(TableName, string, CancellationToken)"/>
    public Task<bool> AbandonAsync(ImportRequest request, CancellationToken cancellation) => AbandonAsync(request.Table, IdOf(request), cancellation);

    /// <summary>Forgets what an import that is not done has staged, and the table or the columns that it made where no one else uses them; false where there is nothing. Its files go with the table, or with the next expiry of snapshots.</summary>
    public async Task<bool> AbandonAsync(TableName table, string id, CancellationToken cancellation)
    {
        var quarantine = new Quarantine(catalog, table, id, clock);
        await quarantine.OpenAsync(cancellation);
        await quarantine.AbandonAsync(cancellation);
        if (await Table.LoadAsync(catalog, table, clock, cancellation) is not { } known) return false;
        if (StagingBranch.Read(known.Metadata, id) is null)
        {
            // A process that ended before it staged rows may have left new columns.
            await AddedColumns.TakeAwayAsync(known, id, cancellation);
            return false;
        }
        var left = await known.CommitAsync((_, builder) => builder.RemoveRef(StagingBranch.Name(id)), cancellation);
        await ImportTable.UndoAsync(left, id, cancellation);
        return true;
    }

    // Only where the table says so; bad rows that did not get to the main branch before do now.
    private async Task<ImportReport?> DoneAsync(ImportRequest request, string id, InputFiles input, IReadOnlyList<InputFile> files, long started, CancellationToken cancellation)
    {
        if (await Table.LoadAsync(catalog, request.Table, clock, cancellation) is not { } table || DoneImports.Read(table.Metadata, id) is not { } done) return null;
        var now = new List<InputFile>(files.Count);
        foreach (var file in files) now.Add(await input.IdentifyAsync(file, cancellation));
        if (ImportId.Files(now) != done.Mark)
        {
            throw new ImportException($"import '{id}' is done with {done.Files} files, and those that are there now ({files.Count}) are not the same; import new files by their names, or give the import another id to load all of them");
        }
        var quarantine = new Quarantine(catalog, request.Table, id, clock);
        await quarantine.OpenAsync(cancellation);
        await quarantine.CheckAsync(cancellation);
        await quarantine.PublishAsync(cancellation);
        return new ImportReport(id, table, files.Count, files.Sum(f => f.Length), done.Rows, done.BadRows, done.BadRows > 0 ? quarantine.Name : null, true, 0, clock.GetElapsedTime(started));
    }
}
