using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Maintenance;

/// <summary>Files on S3 that come back as queries read them.</summary>
[Collection(S3UpkeepCollection.Name)]
public sealed class S3ReadRestoreTests(S3Server server) : ReadRestoreTests(new S3Place(server));
