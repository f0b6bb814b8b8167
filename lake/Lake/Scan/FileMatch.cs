using Lake.Expressions;
using Lake.Manifests;
using Lake.Metadata;

namespace Lake.Scan;

/// <summary>How many rows of one file, or of one manifest's files, a filter matches; who asks of many files keeps a <see cref="FileMatcher"/>. Pure.</summary>
internal static class FileMatch
{
    public static Match Of(TableMetadata metadata, DataFile file, BoundFilter filter) => new FileMatcher(metadata, filter).Of(file);

    public static Match Of(TableMetadata metadata, ManifestFile manifest, BoundFilter filter) => new FileMatcher(metadata, filter).Of(manifest);
}
