using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Evolution;

/// <summary>Changes of the schema of tables on S3.</summary>
[Collection(S3Collection.Name)]
public sealed class S3SchemaUpdateTests(S3Server server) : SchemaUpdateTests(new S3Place(server));
