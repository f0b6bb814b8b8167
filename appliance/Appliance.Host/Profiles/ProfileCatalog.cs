using System.Diagnostics.CodeAnalysis;

namespace Appliance.Host.Profiles;

/// <summary>Finds hardware profiles: those that come with the appliance by name, others by path. Stateless.</summary>
internal static class ProfileCatalog
{
    /// <summary>The word for a profile that is made for this machine.</summary>
    public const string Auto = "auto";

    private const string Prefix = "profiles/";
    private const string Extension = ".json";

    /// <summary>Names of the profiles that come with the appliance.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(ProfileCatalog).Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(n => n[Prefix.Length..^Extension.Length]).Order(StringComparer.Ordinal),
    ];

    /// <summary>Whether the words name a file rather than a profile that comes with the appliance.</summary>
    public static bool IsFile(string profile) => profile.Contains('/') || profile.EndsWith(Extension, StringComparison.Ordinal);

    /// <summary>Reads a profile by name or path; not <see cref="Auto"/>.</summary>
    public static bool TryRead(string profile, [NotNullWhen(true)] out HardwareProfile? read, out IReadOnlyList<string> errors)
    {
        read = null;
        if (Bytes(profile, out var error) is not { } bytes)
        {
            errors = [error!];
            return false;
        }
        read = new ProfileReader(Origin(profile)).Read(bytes, out errors);
        return read is not null;
    }

    /// <summary>What messages call it.</summary>
    public static string Origin(string profile) => IsFile(profile) ? profile : $"hardware profile {profile}";

    private static byte[]? Bytes(string profile, out string? error) => IsFile(profile) ? OfFile(profile, out error) : OfName(profile, out error);

    private static byte[]? OfName(string name, out string? error)
    {
        error = null;
        using var stream = typeof(ProfileCatalog).Assembly.GetManifestResourceStream(Prefix + name + Extension);
        if (stream is null)
        {
            error = $"{HardwareOptions.ProfileKey} is '{name}'; it must be {string.Join(", ", Names)}, {Auto}, or the path of a file (with a / in it, or ending in {Extension})";
            return null;
        }
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static byte[]? OfFile(string path, out string? error)
    {
        error = null;
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length <= ProfileReader.MaxBytes)
            {
                var bytes = new byte[file.Length];
                file.ReadExactly(bytes);
                return bytes;
            }
            error = $"{path} has {file.Length} bytes; a hardware profile has at most {ProfileReader.MaxBytes}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error = $"{HardwareOptions.ProfileKey} is '{path}'; the file cannot be read: {e.Message.TrimEnd('.')}";
        }
        return null;
    }
}
