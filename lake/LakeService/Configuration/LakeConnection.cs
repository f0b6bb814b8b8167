using Lake.Catalog;
using Lake.Query;
using Lake.Storage;
using Microsoft.Extensions.Configuration;

namespace LakeService.Configuration;

/// <summary>A catalog and the storage below it, as the settings say. Disposing it closes both.</summary>
public sealed class LakeConnection : IDisposable
{
    private readonly IDisposable? _storage;

    private LakeConnection(ICatalog catalog, IDisposable? storage, string staging) => (Catalog, _storage, StagingFolder) = (catalog, storage, staging);

    public ICatalog Catalog { get; }

    /// <summary>Where queries spill.</summary>
    public string StagingFolder { get; }

    /// <exception cref="CommandException">A setting is missing or wrong.</exception>
    public static LakeConnection Open(IConfiguration settings, TimeProvider clock)
    {
        var lake = settings.GetSection(LakeOptions.Section).Get<LakeOptions>() ?? new LakeOptions();
        if (string.IsNullOrWhiteSpace(lake.Warehouse)) throw new CommandException("Lake:Warehouse is empty; it must be a folder or s3://bucket/prefix: give --warehouse, or set Lake__Warehouse");
        var s3 = settings.GetSection(S3Options.Section).Get<S3Options>() ?? new S3Options();
        var isRemote = lake.Warehouse.StartsWith("s3://", StringComparison.Ordinal);
        if (!isRemote && lake.Warehouse.Contains("://", StringComparison.Ordinal)) throw new CommandException($"Lake:Warehouse is '{lake.Warehouse}'; it must be a folder or s3://bucket/prefix");
        if (isRemote && S3OptionsValidator.Check(s3) is { Count: > 0 } errors) throw new CommandException(string.Join("; ", errors));
        var warehouse = isRemote ? lake.Warehouse : Path.GetFullPath(lake.Warehouse);
        if (!isRemote && !Directory.Exists(warehouse)) throw new CommandException($"Lake:Warehouse is '{warehouse}'; there is no such folder");
        if (lake.Catalog is { } file && !File.Exists(file)) throw new CommandException($"Lake:Catalog is '{file}'; there is no such file");
        ITableStorage storage = isRemote ? new S3Storage(s3, clock) : new LocalStorage();
        ICatalog catalog = lake.Catalog is null ? new FileCatalog(storage, warehouse, clock) : new SqlCatalog(storage, warehouse, lake.Catalog, lake.CatalogName);
        return new LakeConnection(catalog, storage as IDisposable, Path.Combine(s3.StagingFolder, "query"));
    }

    public LakeQuery Query(QueryLimits limits, TimeProvider clock) => new(Catalog, limits with { StagingFolder = StagingFolder }, clock);

    public void Dispose()
    {
        (Catalog as IDisposable)?.Dispose();
        _storage?.Dispose();
    }
}
