using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Maintenance;

/// <summary>Manifests on S3, written anew.</summary>
[Collection(S3UpkeepCollection.Name)]
public sealed class S3ManifestRewriteTests(S3Server server) : ManifestRewriteTests(new S3Place(server));
