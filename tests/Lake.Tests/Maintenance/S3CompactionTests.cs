using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Maintenance;

/// <summary>Compactions of tables on S3.</summary>
[Collection(S3UpkeepCollection.Name)]
public sealed class S3CompactionTests(S3Server server) : CompactionTests(new S3Place(server));
