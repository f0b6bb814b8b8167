namespace Lake.Tests.Storage;

/// <summary>Tests of upkeep that share an S3 server of their own, beside those of <see cref="S3Collection"/>: both run at once.</summary>
[CollectionDefinition(Name)]
public sealed class S3UpkeepCollection : ICollectionFixture<S3Server>
{
    public const string Name = "S3 upkeep";
}
