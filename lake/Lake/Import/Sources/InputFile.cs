using System.Globalization;

namespace Lake.Import.Sources;

/// <summary>A file to import and what tells it from one that was changed. Immutable.</summary>
/// <param name="Location">Where it is.</param>
/// <param name="Length">Bytes.</param>
/// <param name="ModifiedMs">When it was written last, ms since 1970.</param>
/// <param name="Head">SHA-256 of its first part, hexadecimal; empty where it was not read yet.</param>
/// <param name="Format">What it is; never <see cref="ImportFormat.ByName"/>.</param>
internal sealed record InputFile(string Location, long Length, long ModifiedMs, string Head, ImportFormat Format)
{
    /// <summary>What differs from the same file at another time; null for nothing.</summary>
    public string? Difference(InputFile before)
    {
        if (Length != before.Length) return string.Create(CultureInfo.InvariantCulture, $"it had {before.Length} bytes and has {Length}");
        if (Head != before.Head) return "its first part is another one";
        return ModifiedMs == before.ModifiedMs ? null : $"it was written at {Time(before.ModifiedMs)} and at {Time(ModifiedMs)}";
    }

    private static string Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
