using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Scan;

/// <summary>Equality deletes of tables on S3.</summary>
[Collection(S3Collection.Name)]
public sealed class S3EqualityDeletesTests(S3Server server) : EqualityDeletesTests(new S3Place(server));
