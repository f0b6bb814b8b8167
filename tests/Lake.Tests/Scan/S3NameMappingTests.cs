using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Scan;

/// <summary>Files without field ids on S3.</summary>
[Collection(S3Collection.Name)]
public sealed class S3NameMappingTests(S3Server server) : NameMappingTests(new S3Place(server));
