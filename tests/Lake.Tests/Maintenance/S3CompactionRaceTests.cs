using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Maintenance;

/// <summary>Compactions of tables on S3 whose swap others come before.</summary>
[Collection(S3UpkeepCollection.Name)]
public sealed class S3CompactionRaceTests(S3Server server) : CompactionRaceTests(new S3Place(server));
