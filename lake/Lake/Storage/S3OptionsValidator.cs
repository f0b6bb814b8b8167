namespace Lake.Storage;

/// <summary>Checks <see cref="S3Options"/>. Pure.</summary>
public static class S3OptionsValidator
{
    private const long LeastRead = 1 << 16, LeastPart = 5 << 20, MostPart = 5L << 30;

    /// <summary>What is wrong, each with key, value and rule; secrets are not shown. Empty when all is well.</summary>
    public static IReadOnlyList<string> Check(S3Options o)
    {
        var errors = new List<string>();
        if (o.ServiceUrl is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")) errors.Add($"S3:ServiceUrl is '{url}'; it must be an http or https URL");
        if (string.IsNullOrWhiteSpace(o.Region)) errors.Add($"S3:Region is '{o.Region}'; it must be a region's name");
        if ((o.AccessKey is null) != (o.SecretKey is null)) errors.Add("S3:AccessKey and S3:SecretKey: one is set; both or none must be");
        if (o.SessionToken is not null && o.AccessKey is null) errors.Add("S3:SessionToken is set; S3:AccessKey and S3:SecretKey must be too");
        if (!Path.IsPathRooted(o.StagingFolder)) errors.Add($"S3:StagingFolder is '{o.StagingFolder}'; it must be an absolute path");
        if (o.StagingBytes < 1) errors.Add($"S3:StagingBytes is {o.StagingBytes}; it must be 1 or more");
        if (o.PartBytes is < LeastPart or > MostPart) errors.Add($"S3:PartBytes is {o.PartBytes}; it must be {LeastPart} to {MostPart}");
        if (o.DownloadPartBytes is < LeastRead or > MostPart) errors.Add($"S3:DownloadPartBytes is {o.DownloadPartBytes}; it must be {LeastRead} to {MostPart}");
        if (o.RestoreDays < 1) errors.Add($"S3:RestoreDays is {o.RestoreDays}; it must be 1 or more");
        if (o.RestoreTier is not ("Standard" or "Bulk" or "Expedited")) errors.Add($"S3:RestoreTier is '{o.RestoreTier}'; it must be Standard, Bulk or Expedited");
        if (o.ParallelParts is < 1 or > 64) errors.Add($"S3:ParallelParts is {o.ParallelParts}; it must be 1 to 64");
        if (o.RequestTimeout <= TimeSpan.Zero) errors.Add($"S3:RequestTimeout is {o.RequestTimeout}; it must be above 0");
        if (o.Retries is < 0 or > 100) errors.Add($"S3:Retries is {o.Retries}; it must be 0 to 100");
        if (o.MinWait < TimeSpan.Zero || o.MaxWait < o.MinWait) errors.Add($"S3:MinWait is {o.MinWait} and S3:MaxWait {o.MaxWait}; they must be 0 or more, in that order");
        return errors;
    }
}
