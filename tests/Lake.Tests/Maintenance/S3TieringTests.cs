using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Maintenance;

/// <summary>Tiers of a table that is on S3, as all its tiers are.</summary>
[Collection(S3UpkeepCollection.Name)]
public sealed class S3TieringTests(S3Server server) : TieringTests(new S3Place(server));
