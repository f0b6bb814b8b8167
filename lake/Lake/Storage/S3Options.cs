namespace Lake.Storage;

/// <summary>Where S3 is and how it is talked to. Credentials come from here or, without any, from the chain of the AWS SDK (environment, profile, instance role); no message has them.</summary>
public sealed class S3Options
{
    public const string Section = "S3";

    /// <summary>URL of an endpoint that is not Amazon's; null for Amazon's own of <see cref="Region"/>.</summary>
    public string? ServiceUrl { get; set; }

    public string Region { get; set; } = "us-east-1";

    /// <summary>Whether buckets stand in the path and not in the host's name, as most servers other than Amazon's want it.</summary>
    public bool ForcePathStyle { get; set; }

    public string? AccessKey { get; set; }

    public string? SecretKey { get; set; }

    /// <summary>Of temporary credentials; null for lasting ones.</summary>
    public string? SessionToken { get; set; }

    /// <summary>Local folder for copies of data files while they are read or written; each process has one of its own in it.</summary>
    public string StagingFolder { get; set; } = Path.Combine(Path.GetTempPath(), "lake-staging");

    /// <summary>Bytes of staged files at once at most. 16 GiB: 32 files of the default size.</summary>
    public long StagingBytes { get; set; } = 16L << 30;

    /// <summary>Bytes of a part of an upload; larger files go in parts. 16 MiB; S3 wants 5 MiB or more, and at most 10,000 parts.</summary>
    public long PartBytes { get; set; } = 16 << 20;

    /// <summary>Bytes of a part of a file that is read; larger ones come in parts. 8 MiB: lost with a part that fails is what a second brings at 64 Mb/s. 64 KiB or more.</summary>
    public long DownloadPartBytes { get; set; } = 8 << 20;

    /// <summary>Parts of one file that go at once. 4: as many connections as fill 10 Gb/s, about.</summary>
    public int ParallelParts { get; set; } = 4;

    /// <summary>One try of a request at most, its body included. 60 s: a part at 2 Mb/s.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether S3 is asked for a copy of an archived object (class <c>GLACIER</c> and its like) when it is read. Not by itself, as each is paid for.</summary>
    public bool RestoreOnRead { get; set; }

    /// <summary>Days that such a copy stays; 1 or more.</summary>
    public int RestoreDays { get; set; } = 7;

    /// <summary>How fast S3 makes copies: <c>Standard</c>, <c>Bulk</c> or <c>Expedited</c>, by its own price list.</summary>
    public string RestoreTier { get; set; } = "Standard";

    /// <summary>Tries after the first.</summary>
    public int Retries { get; set; } = 5;

    /// <summary>Wait before the second try at most; doubled with each.</summary>
    public TimeSpan MinWait { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Wait between tries at most. 20 s: the SDK's own.</summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(20);
}
