using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.PointInTime;

/// <summary>Joins of random rows on S3.</summary>
[Collection(S3Collection.Name)]
public sealed class S3RandomJoinTests(S3Server server) : RandomJoinTests(() => new S3Place(server));
