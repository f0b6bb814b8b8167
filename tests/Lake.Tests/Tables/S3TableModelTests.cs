using Lake.Tests.Storage;

namespace Lake.Tests.Tables;

/// <summary>Random changes of tables on S3.</summary>
[Collection(S3Collection.Name)]
public sealed class S3TableModelTests(S3Server server) : TableModelTests(new S3Place(server));
