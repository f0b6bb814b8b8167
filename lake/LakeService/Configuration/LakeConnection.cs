using Lake.Catalog;
using Lake.Maintenance;
using Lake.Query;
using Lake.Storage;
using Microsoft.Extensions.Configuration;

namespace LakeService.Configuration;

/// <summary>A catalog and the storage below it, as the settings say. Local disks and S3 are both reached, wherever the warehouse is: S3 is connected to when a location there is first used. Disposing it closes all.</summary>
public sealed class LakeConnection : IDisposable
{
    private readonly S3Options _s3;
    private readonly IConfiguration _settings;
    private readonly Lazy<ITableStorage> _remote;

    private LakeConnection(ICatalog catalog, S3Options s3, Lazy<ITableStorage> remote, IConfiguration settings) => (Catalog, _s3, _remote, _settings) = (catalog, s3, remote, settings);

    public ICatalog Catalog { get; }

    /// <summary>What reads files from outside the lake: local disks and S3.</summary>
    public ITableStorage Sources => Catalog.Storage;

    /// <summary>Where queries spill.</summary>
    public string StagingFolder => Path.Combine(_s3.StagingFolder, "query");

    /// <param name="settings">Sections Lake, S3 and Tiering.</param>
    /// <param name="clock">What time it is.</param>
    /// <param name="mayBegin">Whether a folder or catalog file that is not there is made.</param>
    /// <exception cref="CommandException">A setting is missing or wrong.</exception>
    public static LakeConnection Open(IConfiguration settings, TimeProvider clock, bool mayBegin = false)
    {
        var lake = Bound<LakeOptions>(settings, LakeOptions.Section);
        if (string.IsNullOrWhiteSpace(lake.Warehouse)) throw new CommandException("Lake:Warehouse is empty; it must be a folder or s3://bucket/prefix: give --warehouse, or set Lake__Warehouse");
        var s3 = Bound<S3Options>(settings, S3Options.Section);
        var isRemote = lake.Warehouse.StartsWith("s3://", StringComparison.Ordinal);
        if (!isRemote && lake.Warehouse.Contains("://", StringComparison.Ordinal)) throw new CommandException($"Lake:Warehouse is '{lake.Warehouse}'; it must be a folder or s3://bucket/prefix");
        var warehouse = isRemote ? lake.Warehouse : Path.GetFullPath(lake.Warehouse);
        if (mayBegin && !isRemote) Directory.CreateDirectory(warehouse);
        if (!isRemote && !Directory.Exists(warehouse)) throw new CommandException($"Lake:Warehouse is '{warehouse}'; there is no such folder");
        if (lake.Catalog is { Length: 0 }) throw new CommandException("Lake:Catalog is ''; it must be a file, or not be given");
        if (!mayBegin && lake.Catalog is { } file && !File.Exists(file)) throw new CommandException($"Lake:Catalog is '{file}'; there is no such file");
        var remote = new Lazy<ITableStorage>(() => S3OptionsValidator.Check(s3) is { Count: > 0 } errors ? throw new CommandException(string.Join("; ", errors)) : new S3Storage(s3, clock));
        // Settings that are wrong are told before anything is done with them.
        if (isRemote) _ = remote.Value;
        var storage = new SchemeStorage(new LocalStorage(), remote);
        ICatalog catalog = lake.Catalog is null ? new FileCatalog(storage, warehouse, clock) : new SqlCatalog(storage, warehouse, lake.Catalog, lake.CatalogName);
        return new LakeConnection(catalog, s3, remote, settings);
    }

    /// <summary>The tiers.</summary>
    /// <exception cref="CommandException">There are none, or a setting of one is wrong.</exception>
    public TieringOptions Tiers()
    {
        var options = Bound<TieringOptions>(_settings, TieringOptions.Section);
        return TieringOptionsValidator.Check(options) is { Count: > 0 } errors ? throw new CommandException(string.Join("; ", errors)) : options;
    }

    /// <summary>Brings what queries read in lower tiers back; null where the settings do not say so.</summary>
    /// <exception cref="CommandException">A setting is wrong.</exception>
    public ReadRestore? ReadRestore(TimeProvider clock) =>
        _settings[$"{TieringOptions.Section}:{nameof(TieringOptions.RestoreOnRead)}"] is null || Tiers() is not { RestoreOnRead.Ticks: > 0 } tiers ? null : new ReadRestore(Catalog, tiers, clock);

    public LakeQuery Query(QueryLimits limits, TimeProvider clock) => new(Catalog, limits with { StagingFolder = StagingFolder }, clock);

    public void Dispose()
    {
        (Catalog as IDisposable)?.Dispose();
        if (_remote.IsValueCreated) (_remote.Value as IDisposable)?.Dispose();
    }

    // Strict: a name that is no setting, and of a list's parts those with a wrong value, would else be passed over.
    private static T Bound<T>(IConfiguration settings, string section)
        where T : new()
    {
        try
        {
            return settings.GetSection(section).Get<T>(o => o.ErrorOnUnknownConfiguration = true) ?? new T();
        }
        catch (InvalidOperationException e)
        {
            // A value that is none of its setting's type, or a setting that is not known; the innermost of the binder's own messages names it.
            while (e.InnerException is InvalidOperationException inner) e = inner;
            throw new CommandException($"{section}: {e.Message}");
        }
    }
}
