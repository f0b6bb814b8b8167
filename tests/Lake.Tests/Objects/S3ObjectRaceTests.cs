using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Objects;

/// <summary>Objects on S3 beside others.</summary>
[Collection(S3Collection.Name)]
public sealed class S3ObjectRaceTests(S3Server server) : ObjectRaceTests(new S3Place(server));
