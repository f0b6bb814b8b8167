using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Write;

/// <summary>Overwrites of tables on S3.</summary>
[Collection(S3Collection.Name)]
public sealed class S3TableOverwritesTests(S3Server server) : TableOverwritesTests(new S3Place(server));
