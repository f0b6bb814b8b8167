using Lake.Catalog;
using Lake.Query;
using Lake.Storage;
using Microsoft.Extensions.Configuration;

namespace LakeService.Configuration;

/// <summary>A catalog and the storage below it, as the settings say. Disposing it closes both.</summary>
public sealed class LakeConnection : IDisposable
{
    private readonly S3Options _s3;
    private readonly TimeProvider _clock;
    private S3Storage? _remote;

    private LakeConnection(ICatalog catalog, S3Options s3, S3Storage? remote, TimeProvider clock) => (Catalog, _s3, _remote, _clock) = (catalog, s3, remote, clock);

    public ICatalog Catalog { get; }

    /// <summary>Where queries spill.</summary>
    public string StagingFolder => Path.Combine(_s3.StagingFolder, "query");

    /// <param name="settings">Sections Lake and S3.</param>
    /// <param name="clock">What time it is.</param>
    /// <param name="mayBegin">Whether a folder or catalog file that is not there is made.</param>
    /// <exception cref="CommandException">A setting is missing or wrong.</exception>
    public static LakeConnection Open(IConfiguration settings, TimeProvider clock, bool mayBegin = false)
    {
        var lake = settings.GetSection(LakeOptions.Section).Get<LakeOptions>() ?? new LakeOptions();
        if (string.IsNullOrWhiteSpace(lake.Warehouse)) throw new CommandException("Lake:Warehouse is empty; it must be a folder or s3://bucket/prefix: give --warehouse, or set Lake__Warehouse");
        var s3 = settings.GetSection(S3Options.Section).Get<S3Options>() ?? new S3Options();
        var isRemote = lake.Warehouse.StartsWith("s3://", StringComparison.Ordinal);
        if (!isRemote && lake.Warehouse.Contains("://", StringComparison.Ordinal)) throw new CommandException($"Lake:Warehouse is '{lake.Warehouse}'; it must be a folder or s3://bucket/prefix");
        var warehouse = isRemote ? lake.Warehouse : Path.GetFullPath(lake.Warehouse);
        if (mayBegin && !isRemote) Directory.CreateDirectory(warehouse);
        if (!isRemote && !Directory.Exists(warehouse)) throw new CommandException($"Lake:Warehouse is '{warehouse}'; there is no such folder");
        if (!mayBegin && lake.Catalog is { } file && !File.Exists(file)) throw new CommandException($"Lake:Catalog is '{file}'; there is no such file");
        var remote = isRemote ? OpenRemote(s3, clock) : null;
        ITableStorage storage = remote is null ? new LocalStorage() : remote;
        ICatalog catalog = lake.Catalog is null ? new FileCatalog(storage, warehouse, clock) : new SqlCatalog(storage, warehouse, lake.Catalog, lake.CatalogName);
        return new LakeConnection(catalog, s3, remote, clock);
    }

    /// <summary>What reads files from outside the lake: local disks, and S3 where one of the locations is there.</summary>
    /// <exception cref="CommandException">A setting of S3 is wrong.</exception>
    public ITableStorage SourcesOf(IEnumerable<string> locations)
    {
        if (!locations.Any(l => l.StartsWith("s3://", StringComparison.Ordinal))) return new LocalStorage();
        _remote ??= OpenRemote(_s3, _clock);
        return new SchemeStorage(new LocalStorage(), _remote);
    }

    public LakeQuery Query(QueryLimits limits, TimeProvider clock) => new(Catalog, limits with { StagingFolder = StagingFolder }, clock);

    public void Dispose()
    {
        (Catalog as IDisposable)?.Dispose();
        _remote?.Dispose();
    }

    private static S3Storage OpenRemote(S3Options s3, TimeProvider clock) =>
        S3OptionsValidator.Check(s3) is { Count: > 0 } errors ? throw new CommandException(string.Join("; ", errors)) : new S3Storage(s3, clock);
}
