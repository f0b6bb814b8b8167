using Lake;
using Lake.Catalog;
using Lake.Storage;

namespace LakeBench;

/// <summary>A folder of a row's own, with a file catalog in it; the folder goes with it. Used by one thread.</summary>
internal sealed class BenchPlace : IDisposable
{
    public BenchPlace(string root, int rounds)
    {
        Folder = Path.Combine(root, $"lake-bench-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Folder);
        (Rounds, Catalog) = (rounds, new FileCatalog(new LocalStorage(), Folder));
    }

    public string Folder { get; }

    /// <summary>Rounds of each side.</summary>
    public int Rounds { get; }

    public ICatalog Catalog { get; }

    public async Task<Table> CreateAsync(string name, TableDefinition definition) =>
        await Table.CreateAsync(Catalog, TableName.Parse(name), definition, TimeProvider.System, CancellationToken.None) ?? throw new InvalidOperationException($"there is a table {name}");

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
