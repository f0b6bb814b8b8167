namespace Lake.Storage;

/// <summary>A file is in an archive of its storage and cannot be read until it is restored, which takes minutes to hours. The message says how to have that done, or that it was begun.</summary>
public sealed class ArchivedFileException : IOException
{
    public ArchivedFileException(string message, string location, Exception? inner = null)
        : base(message, inner) => Location = location;

    /// <summary>The file.</summary>
    public string Location { get; }

    /// <summary>One for several: the first by location, and how many others there are.</summary>
    /// <param name="files">One or more.</param>
    internal static ArchivedFileException Of(IReadOnlyCollection<ArchivedFileException> files)
    {
        var first = files.MinBy(f => f.Location, StringComparer.Ordinal)!;
        return files.Count == 1 ? first : new ArchivedFileException(FormattableString.Invariant($"{first.Message} ({files.Count} files are so)"), first.Location, first);
    }
}
