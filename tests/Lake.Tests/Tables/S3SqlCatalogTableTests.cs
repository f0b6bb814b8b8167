using Lake.Catalog;
using Lake.Storage;
using Lake.Tests.Storage;

namespace Lake.Tests.Tables;

[Collection(S3Collection.Name)]
public sealed class S3SqlCatalogTableTests : TableContractTests
{
    private readonly S3Storage _storage;

    public S3SqlCatalogTableTests(S3Server server)
    {
        S3Storage? storage = null;
        Bed = new LakeBed(folder =>
        {
            storage = new S3Storage(server.Options(Path.Combine(folder, "staging")));
            return new SqlCatalog(storage, $"s3://{S3Server.Bucket}/{Guid.NewGuid():N}", Path.Combine(folder, "catalog.db"));
        });
        _storage = storage!;
    }

    private protected override LakeBed Bed { get; }

    public override void Dispose()
    {
        _storage.Dispose();
        base.Dispose();
    }
}
