using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Objects;

/// <summary>Collection of objects on S3.</summary>
[Collection(S3Collection.Name)]
public sealed class S3ObjectCollectionTests(S3Server server) : ObjectCollectionTests(new S3Place(server));
