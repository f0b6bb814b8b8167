using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.PointInTime;

/// <summary>Joins of tables on S3.</summary>
[Collection(S3Collection.Name)]
public sealed class S3JoinTests(S3Server server) : JoinTests(new S3Place(server));
