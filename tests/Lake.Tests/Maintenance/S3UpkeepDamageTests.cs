using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Maintenance;

/// <summary>Upkeep of tables on S3 of which a file is torn or gone.</summary>
[Collection(S3UpkeepCollection.Name)]
public sealed class S3UpkeepDamageTests(S3Server server) : UpkeepDamageTests(new S3Place(server));
