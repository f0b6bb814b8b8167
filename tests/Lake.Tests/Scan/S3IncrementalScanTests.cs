using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Scan;

/// <summary>Incremental reads of tables on S3.</summary>
[Collection(S3Collection.Name)]
public sealed class S3IncrementalScanTests(S3Server server) : IncrementalScanTests(new S3Place(server));
