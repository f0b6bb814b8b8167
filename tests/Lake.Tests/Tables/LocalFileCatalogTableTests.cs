namespace Lake.Tests.Tables;

public sealed class LocalFileCatalogTableTests : TableContractTests
{
    private protected override LakeBed Bed { get; } = new();
}
