using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Evolution;

/// <summary>Changes of the partitions of tables on S3.</summary>
[Collection(S3Collection.Name)]
public sealed class S3PartitionUpdateTests(S3Server server) : PartitionUpdateTests(new S3Place(server));
