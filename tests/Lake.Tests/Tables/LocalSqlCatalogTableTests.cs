using Lake.Catalog;
using Lake.Storage;

namespace Lake.Tests.Tables;

public sealed class LocalSqlCatalogTableTests : TableContractTests
{
    private protected override LakeBed Bed { get; } = new(folder => new SqlCatalog(new LocalStorage(), $"file://{folder}", Path.Combine(folder, "catalog.db")));
}
