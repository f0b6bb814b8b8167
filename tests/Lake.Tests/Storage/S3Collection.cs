namespace Lake.Tests.Storage;

/// <summary>Tests that share one S3 server.</summary>
[CollectionDefinition(Name)]
public sealed class S3Collection : ICollectionFixture<S3Server>
{
    public const string Name = "S3";
}
