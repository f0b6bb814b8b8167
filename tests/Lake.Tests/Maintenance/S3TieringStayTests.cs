using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Maintenance;

/// <summary>Restored files of a table that is on S3, with all its tiers.</summary>
[Collection(S3UpkeepCollection.Name)]
public sealed class S3TieringStayTests(S3Server server) : TieringStayTests(new S3Place(server));
