using System.Security.Cryptography;

namespace Appliance.Host.Security;

/// <summary>
/// Files that are read together, and again once one has changed. Their contents are compared, not their times: files that are mounted are
/// swapped as links. Not thread-safe.
/// </summary>
internal sealed class WatchedFiles(params string[] paths)
{
    private byte[] _seen = [];

    /// <summary>Reads all files. False: they are what they were at the last call.</summary>
    /// <exception cref="IOException">One cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public bool TryReadChanged(out byte[][] contents)
    {
        contents = [.. paths.Select(File.ReadAllBytes)];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var content in contents) hash.AppendData(SHA256.HashData(content));
        var seen = hash.GetHashAndReset();
        if (seen.AsSpan().SequenceEqual(_seen)) return false;
        _seen = seen;
        return true;
    }

    /// <summary>Has the next call read them as changed.</summary>
    public void Forget() => _seen = [];
}
