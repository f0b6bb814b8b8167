using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Maintenance;

/// <summary>Expiry of snapshots of tables on S3.</summary>
[Collection(S3UpkeepCollection.Name)]
public sealed class S3SnapshotExpiryTests(S3Server server) : SnapshotExpiryTests(new S3Place(server));
