using System.Text;

namespace Appliance.Inference.Repository;

/// <summary>
/// Names and relative paths that come from files or callers: what they may look like, and whether they stay inside the folder that they
/// belong to once every link on the way has been followed.
/// </summary>
internal static class RepositoryPath
{
    /// <summary>Bytes of one name; the limit of Linux file systems.</summary>
    public const int MaxSegmentBytes = 255;

    /// <summary>Bytes of a relative path; below Linux's limit of 4,096 for a whole path, which the folder takes part of.</summary>
    public const int MaxPathBytes = 2048;

    /// <summary>Links followed on one path before it is taken for a loop, as Linux does.</summary>
    private const int MaxLinks = 40;

    /// <summary>Why the text is not the name of a file or folder directly inside another, or null where it is.</summary>
    public static string? ProblemOfSegment(string name) => name switch
    {
        "" => "a name cannot be empty",
        "." or ".." => "a name cannot be . or ..",
        _ when name.AsSpan().IndexOfAny('/', '\\') >= 0 => "a name cannot have / or \\ in it",
        _ when name.Any(char.IsControl) => "a name cannot have control characters in it",
        _ when Encoding.UTF8.GetByteCount(name) > MaxSegmentBytes => $"a name has at most {MaxSegmentBytes} bytes",
        _ => null,
    };

    /// <summary>Why the text is not a path that stays inside the folder it starts from, or null where it is, links aside.</summary>
    public static string? ProblemOf(string path)
    {
        if (path.Length == 0)
        {
            return "a path cannot be empty";
        }
        if (path[0] == '/')
        {
            return "a path must be relative to the folder";
        }
        if (path.Contains('\\'))
        {
            return "a path has forward slashes only";
        }
        if (path.Length >= 2 && path[1] == ':' && char.IsAsciiLetter(path[0]))
        {
            return "a path cannot start with a drive letter";
        }
        if (Encoding.UTF8.GetByteCount(path) > MaxPathBytes)
        {
            return $"a path has at most {MaxPathBytes} bytes";
        }
        return path.Split('/').Select(ProblemOfSegment).FirstOrDefault(problem => problem is not null);
    }

    /// <summary>True where the path, every link on it followed, lies inside the folder, whose own links are followed too.</summary>
    /// <exception cref="IOException">The links run in a circle, or a folder on the way cannot be read.</exception>
    public static bool IsInside(string folder, string path) =>
        Resolve(path).StartsWith(Resolve(folder).TrimEnd('/') + "/", StringComparison.Ordinal);

    /// <summary>
    /// True where the path, every link on it followed, leads to a file. The framework's own test takes a link to nowhere for a file.
    /// </summary>
    /// <exception cref="IOException">The links run in a circle.</exception>
    public static bool IsFile(string path) => File.Exists(Resolve(path));

    /// <summary>The path without links. A part that does not exist stays as it is.</summary>
    public static string Resolve(string path)
    {
        var pending = new Stack<string>(Path.GetFullPath(path).Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        var resolved = "";
        var links = 0;
        while (pending.TryPop(out var name))
        {
            if (name == "..")
            {
                resolved = resolved[..Math.Max(0, resolved.LastIndexOf('/'))];
                continue;
            }
            var next = $"{resolved}/{name}";
            if (name == "." || new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = name == "." ? resolved : next;
                continue;
            }
            if (++links > MaxLinks)
            {
                throw new IOException($"More than {MaxLinks} links on the way to '{path}'.");
            }
            resolved = target.StartsWith('/') ? "" : resolved;
            foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                pending.Push(part);
            }
        }
        return resolved.Length == 0 ? "/" : resolved;
    }
}
