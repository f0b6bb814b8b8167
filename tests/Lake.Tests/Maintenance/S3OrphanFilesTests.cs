using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Maintenance;

/// <summary>Orphan files on S3.</summary>
[Collection(S3UpkeepCollection.Name)]
public sealed class S3OrphanFilesTests(S3Server server) : OrphanFilesTests(new S3Place(server));
