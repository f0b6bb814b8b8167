using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Objects;

/// <summary>Objects on S3.</summary>
[Collection(S3Collection.Name)]
public sealed class S3ObjectStoreTests(S3Server server) : ObjectStoreTests(new S3Place(server));
