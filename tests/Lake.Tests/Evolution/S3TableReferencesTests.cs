using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Evolution;

/// <summary>Branches and tags of tables on S3.</summary>
[Collection(S3Collection.Name)]
public sealed class S3TableReferencesTests(S3Server server) : TableReferencesTests(new S3Place(server));
