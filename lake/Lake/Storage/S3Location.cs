namespace Lake.Storage;

/// <summary>A place on S3. Immutable.</summary>
/// <param name="Scheme">As it was written: <c>s3</c>, or Hadoop's <c>s3a</c> and <c>s3n</c>.</param>
/// <param name="Bucket">The bucket.</param>
/// <param name="Key">The object's key; a prefix or empty for a folder.</param>
internal readonly record struct S3Location(string Scheme, string Bucket, string Key)
{
    /// <exception cref="LakeRequestException">It is no such place.</exception>
    public static S3Location Parse(string location)
    {
        var at = location.IndexOf("://", StringComparison.Ordinal);
        var scheme = at < 0 ? "" : location[..at];
        var rest = at < 0 ? "" : location[(at + 3)..];
        var slash = rest.IndexOf('/');
        var bucket = slash < 0 ? rest : rest[..slash];
        if (scheme is not ("s3" or "s3a" or "s3n") || bucket.Length == 0) throw new LakeRequestException($"location is '{location}'; it must be s3://bucket/key");
        return new S3Location(scheme, bucket, slash < 0 ? "" : rest[(slash + 1)..]);
    }

    /// <summary>Another object of the bucket.</summary>
    public string Sibling(string key) => $"{Scheme}://{Bucket}/{key}";
}
