using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Write;

/// <summary>Deletes from tables on S3.</summary>
[Collection(S3Collection.Name)]
public sealed class S3TableDeletesTests(S3Server server) : TableDeletesTests(new S3Place(server));
