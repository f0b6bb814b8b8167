using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Write;

/// <summary>Upserts into tables on S3.</summary>
[Collection(S3Collection.Name)]
public sealed class S3TableUpsertsTests(S3Server server) : TableUpsertsTests(new S3Place(server));
