using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Write;

/// <summary>Sorted writes of tables on S3, whose rows wait in its staging folder.</summary>
[Collection(S3Collection.Name)]
public sealed class S3SortedWritesTests(S3Server server) : SortedWritesTests(new S3Place(server));
