using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Maintenance;

/// <summary>Compactions of tables on S3 that are cut off.</summary>
[Collection(S3UpkeepCollection.Name)]
public sealed class S3CompactionFaultTests(S3Server server) : CompactionFaultTests(new S3Place(server));
