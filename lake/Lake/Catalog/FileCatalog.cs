using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Lake.Commit;
using Lake.Metadata;
using Lake.Storage;

namespace Lake.Catalog;

/// <summary>
/// Tables in folders below one, with numbered metadata files and a hint at the newest, as the specification's file system tables have them. A commit creates the next number,
/// which one writer alone can. Thread-safe.
/// </summary>
/// <remarks>
/// Where <c>write.metadata.compression-codec</c> is gzip, the file is called <c>vN.gz.metadata.json</c>. How a number is compressed is what the number before says, and the first is not: so all who
/// would create a number would create one name, and one of them alone can.
/// </remarks>
/// <param name="storage">Where the tables' files are.</param>
/// <param name="warehouse">The folder that tables are below.</param>
/// <param name="clock">Measures how long a commit takes; the system's where it is null.</param>
public sealed partial class FileCatalog(ITableStorage storage, string warehouse, TimeProvider? clock = null) : ICatalog
{
    private const string Hint = "version-hint.text";

    // The last is how the reference implementation called compressed files once.
    private static readonly string[] Endings = [MetadataCodec.Ending(isGzip: false), MetadataCodec.Ending(isGzip: true), ".metadata.json.gz"];

    /// <summary>Commits between two clearings of old metadata files, each of which lists the folder. 10: a listing then costs each commit a tenth.</summary>
    private const int ClearEvery = 10;

    /// <summary>
    /// Age from which an old metadata file is cleared away. A number that was cleared could be given again by a writer that slept since it saw the newest, and its commit would be
    /// lost: a commit that took as long does not claim success. An hour is far beyond any commit.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    /// <summary>Time to write the hint at most. 10 s: a commit that is done is not kept waiting for a storage that does not answer.</summary>
    private static readonly TimeSpan HintLimit = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;

    private readonly string _warehouse = warehouse.TrimEnd('/');

    public ITableStorage Storage => storage;

    public string DefaultLocation(TableName name) => $"{_warehouse}/{name.Namespace.Replace('.', '/')}/{name.Name}";

    public async Task<TableVersion?> LoadAsync(TableName name, CancellationToken cancellation)
    {
        var folder = Folder(name);
        var lost = 0;
        while (await NewestAsync(folder, cancellation) is var (version, location))
        {
            try
            {
                return new TableVersion(await MetadataFiles.ReadAsync(storage, location, cancellation), location);
            }
            catch (FileNotFoundException) when (version != lost)
            {
                // A drop may have come in between; then there is no table, or another one.
                lost = version;
            }
            catch (LakeFormatException e)
            {
                throw new LakeFormatException($"{e.Message}. It is the newest metadata file of table {name}: bring it back from a copy{await WayBackAsync(folder, version, " move it away and", cancellation)}", e) { Location = location };
            }
        }
        return null;
    }

    public async Task<TableVersion?> TryCreateAsync(TableName name, TableMetadata metadata, CancellationToken cancellation)
    {
        var folder = Folder(name);
        MetadataCodec.Check(metadata);
        if (await NewestAsync(folder, cancellation) is not null) return null;
        var location = MetadataFile(folder, 1, MetadataCodec.Ending(isGzip: false));
        if (!await storage.TryCreateAsync(location, TableMetadataJson.Write(metadata), cancellation)) return null;
        await HintAtAsync(folder, 1);
        return new TableVersion(metadata, location);
    }

    public async Task<TableVersion?> TryReplaceAsync(TableName name, TableVersion current, TableMetadata next, CancellationToken cancellation)
    {
        var folder = Folder(name);
        if (!TryVersion(current.Location, out var version)) throw new ArgumentException($"metadata file is '{current.Location}'; it must be one of this catalog, vN.metadata.json", nameof(current));
        MetadataCodec.Check(next);
        var isGzip = MetadataCodec.IsGzip(current.Metadata);
        var location = MetadataFile(folder, version + 1, MetadataCodec.Ending(isGzip));
        var started = _clock.GetTimestamp();
        if (await NewestOrNotMadeAsync(folder, cancellation) != version) return null;
        if (!await storage.TryCreateAsync(location, MetadataCodec.Write(next, isGzip), cancellation)) return null;
        // By now the number may have been given, cleared away and given again, to us.
        if (_clock.GetElapsedTime(started) >= Grace) throw new IOException($"the commit of {location} took longer than {Grace.TotalMinutes} minutes");
        await HintAtAsync(folder, version + 1);
        if (MetadataFiles.AreCleared(next) && (version + 1) % ClearEvery == 0) await ClearAsync(folder, next);
        return new TableVersion(next, location);
    }

    public async Task<bool> DropAsync(TableName name, CancellationToken cancellation)
    {
        var folder = Folder(name);
        // A table that is damaged goes, too.
        if (await HintAsync(folder, cancellation) is null && await ListedAsync(folder, cancellation) is null) return false;
        await DropUpToAsync(folder, int.MaxValue, cancellation);
        return true;
    }

    public async Task<bool> TryDropAsync(TableName name, TableVersion current, CancellationToken cancellation)
    {
        var folder = Folder(name);
        if (await NewestAsync(folder, cancellation) is not var (newest, location) || location != current.Location) return false;
        await DropUpToAsync(folder, newest, cancellation);
        // A commit that came in between has a file of a higher number, which readers find without the others.
        return await FindAsync(folder, newest + 1, cancellation) is null;
    }

    // Without metadata there is no table; the newest goes last, so that a drop that is cut off leaves the table.
    private async Task DropUpToAsync(string folder, int newest, CancellationToken cancellation)
    {
        var files = new List<(int Version, string Location)>();
        await foreach (var file in storage.ListAsync($"{folder}/metadata", cancellation))
        {
            if (TryVersion(file.Location, out var version) && version <= newest) files.Add((version, file.Location));
        }
        await storage.DeleteAsync($"{folder}/metadata/{Hint}", cancellation);
        foreach (var (_, location) in files.OrderBy(f => f.Version)) await storage.DeleteAsync(location, cancellation);
    }

    public async Task<IReadOnlyList<TableName>> ListAsync(CancellationToken cancellation)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var file in storage.ListAsync(_warehouse, cancellation))
        {
            // A table whose metadata files were lost is still one, by its hint.
            if (!TryVersion(file.Location, out _) && !file.Location.EndsWith($"/metadata/{Hint}", StringComparison.Ordinal)) continue;
            var folder = file.Location[(_warehouse.Length + 1)..file.Location.LastIndexOf("/metadata/", StringComparison.Ordinal)];
            names.Add(folder.Replace('/', '.'));
        }
        return [.. names.Where(n => TableName.TryParse(n, out _)).Order(StringComparer.Ordinal).Select(TableName.Parse)];
    }

    private string Folder(TableName name) => DefaultLocation(name);

    private static string MetadataFile(string folder, int version, string ending) => string.Create(CultureInfo.InvariantCulture, $"{folder}/metadata/v{version}{ending}");

    // The file of a number, by whichever name; null where there is none.
    private async Task<string?> FindAsync(string folder, int version, CancellationToken cancellation)
    {
        foreach (var ending in Endings)
        {
            var location = MetadataFile(folder, version, ending);
            if (await storage.ExistsAsync(location, cancellation)) return location;
        }
        return null;
    }

    // The commit is done: what fails from here on must not say otherwise. Readers look beyond the hint.
    private async Task HintAtAsync(string folder, int version)
    {
        using var limit = new CancellationTokenSource(HintLimit);
        try
        {
            var hint = $"{folder}/metadata/{Hint}";
            await storage.ReplaceAsync(hint, Encoding.ASCII.GetBytes(version.ToString(CultureInfo.InvariantCulture)), limit.Token);
            // The table may have been dropped in between: a hint at nothing would say that its newest file was lost.
            if (await FindAsync(folder, version, limit.Token) is null) await storage.DeleteAsync(hint, limit.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
        }
    }

    // The oldest first, and none after one that stays: a reader with a late hint looks from number to number and must not stop at a gap.
    private async Task ClearAsync(string folder, TableMetadata metadata)
    {
        var kept = metadata.MetadataLog.Select(e => e.MetadataFile).Select(f => TryVersion(f, out var version) ? version : 0).DefaultIfEmpty(0).Min();
        try
        {
            var old = new List<(int Version, StoredFile File)>();
            await foreach (var file in storage.ListAsync($"{folder}/metadata", CancellationToken.None))
            {
                if (TryVersion(file.Location, out var version) && version < kept) old.Add((version, file));
            }
            foreach (var (_, file) in old.OrderBy(f => f.Version))
            {
                if (file.ModifiedAt > _clock.GetUtcNow() - Grace || !await UnusedFiles.DeleteAsync(storage, [file.Location])) return;
            }
        }
        catch (IOException)
        {
            // The commit is done; the next clearing comes by here again.
        }
    }

    private async Task<int?> NewestOrNotMadeAsync(string folder, CancellationToken cancellation)
    {
        try
        {
            return (await NewestAsync(folder, cancellation))?.Version;
        }
        catch (Exception e) when (e is IOException or LakeFormatException)
        {
            throw new CommitNotMadeException(e.Message, e);
        }
    }

    // The hint is written after its file, so it may be behind, by a commit that was cut off or is going on, or by a slow writer of an older one; it is ahead only where files were lost.
    private async Task<(int Version, string Location)?> NewestAsync(string folder, CancellationToken cancellation)
    {
        while (true)
        {
            var hint = await HintAsync(folder, cancellation);
            var version = hint;
            var location = hint is { } hinted ? await FindAsync(folder, hinted, cancellation) : null;
            if (location is null)
            {
                version = await ListedAsync(folder, cancellation);
                location = version is { } listed ? await FindAsync(folder, listed, cancellation) : null;
            }
            if (hint is null || hint <= version)
            {
                if (version is not { } newest) return null;
                // A drop took it away since it was listed.
                if (location is null) continue;
                while (await FindAsync(folder, newest + 1, cancellation) is { } next) (newest, location) = (newest + 1, next);
                return (newest, location);
            }
            // A drop takes the hint away before the files.
            if (await HintAsync(folder, cancellation) == hint) throw await LostAsync(folder, hint.Value, version, cancellation);
        }
    }

    // What was committed last was lost, and must not be passed over: the next commit would take its number.
    private async Task<LakeFormatException> LostAsync(string folder, int hint, int? newest, CancellationToken cancellation)
    {
        var location = MetadataFile(folder, hint, MetadataCodec.Ending(isGzip: false));
        var way = newest is { } left ? await WayBackAsync(folder, left + 1, "", cancellation) : "; without any metadata file, lake drop TABLE --yes forgets the table";
        return new LakeFormatException($"{location} is gone, and {Hint} names it as the table's newest metadata file, so what was committed last is in it: bring it back from a copy{way}") { Location = location };
    }

    // What to do where a metadata file is no more to be had.
    private async Task<string> WayBackAsync(string folder, int lost, string first, CancellationToken cancellation) =>
        lost > 1 && await FindAsync(folder, lost - 1, cancellation) is { } before
            ? string.Create(CultureInfo.InvariantCulture, $", or, to go on without what was committed since {before[(before.LastIndexOf('/') + 1)..]},{first} write {lost - 1} into {folder}/metadata/{Hint}")
            : "; lake drop TABLE --yes forgets the table";

    private async Task<int?> HintAsync(string folder, CancellationToken cancellation)
    {
        try
        {
            var text = Encoding.ASCII.GetString(await storage.ReadAsync($"{folder}/metadata/{Hint}", cancellation)).Trim();
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private async Task<int?> ListedAsync(string folder, CancellationToken cancellation)
    {
        int? newest = null;
        await foreach (var file in storage.ListAsync($"{folder}/metadata", cancellation))
        {
            if (TryVersion(file.Location, out var version) && version > (newest ?? 0)) newest = version;
        }
        return newest;
    }

    private static bool TryVersion(string location, out int version)
    {
        version = 0;
        var match = MetadataName().Match(location);
        return match.Success && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out version);
    }

    [GeneratedRegex(@"/metadata/v(\d+)(?:(?:\.gz)?\.metadata\.json|\.metadata\.json\.gz)$", RegexOptions.CultureInvariant)]
    private static partial Regex MetadataName();
}
