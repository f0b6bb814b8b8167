using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Lake.Import.Sources;

namespace Lake.Import.Staging;

/// <summary>Ids of imports and marks of what they are of. Pure.</summary>
internal static partial class ImportId
{
    /// <summary>The request's id, or one of its table, sources and mode.</summary>
    /// <exception cref="ImportException">It is none.</exception>
    public static string Of(ImportRequest request)
    {
        if (request.Id is not { } id) return Hash([request.Table.ToString(), request.Mode.ToString(), .. request.Sources])[..16];
        return Pattern().IsMatch(id) ? id : throw new ImportException($"import id is '{id}'; it must be 1 to 64 letters, digits, _, . and -, the first a letter or digit");
    }

    /// <summary>A mark of all settings that say how rows are read: an import goes on only under the same ones.</summary>
    public static string Settings(ImportRequest request)
    {
        var (csv, json) = (request.Csv, request.Json);
        return Hash(
        [
            request.Mode.ToString(), string.Join(',', request.Keys ?? []), request.Format.ToString(), request.UnknownColumns.ToString(),
            $"{csv.Delimiter}", $"{csv.Quote}", $"{csv.HasHeader}", string.Join('\n', csv.Names ?? []), string.Join('\n', csv.NullTexts), csv.Encoding, $"{json.DocumentColumn}",
        ])[..16];
    }

    /// <summary>A mark of files as they are.</summary>
    public static string Files(IEnumerable<InputFile> files) =>
        Hash(files.SelectMany(f => new[] { f.Location, f.Length.ToString(CultureInfo.InvariantCulture), f.ModifiedMs.ToString(CultureInfo.InvariantCulture), f.Head }))[..32];

    private static string Hash(IEnumerable<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part));
            hash.AppendData([0]);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
