using System.Security.Cryptography;
using System.Text.Json;
using Appliance.Inference.Repository.Manifest;
using Contracts;

namespace Appliance.Inference.Repository;

/// <summary>Reads and checks what a version folder says of itself, and that its files are the ones that were published.</summary>
public static class ManifestReader
{
    /// <summary>Bytes that a manifest may have; golden rows of a wide model take a few hundred thousand.</summary>
    public const int MaxBytes = 64 << 20;

    /// <summary>The manifest, checked by itself; null where the folder has none.</summary>
    public static RepositoryResult<ModelManifest>? Read(string versionFolder, string modelName, long version)
    {
        byte[] json;
        try
        {
            var file = new FileInfo(Path.Combine(versionFolder, ModelManifest.FileName));
            if (!file.Exists)
            {
                return null;
            }
            if (file.Length > MaxBytes)
            {
                return Refused($"the file has more than {MaxBytes} bytes");
            }
            json = File.ReadAllBytes(file.FullName);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Refused($"the file cannot be read: {error.Message}");
        }
        return Read(json, modelName, version);
    }

    /// <summary>The manifest of these bytes, checked by itself.</summary>
    public static RepositoryResult<ModelManifest> Read(ReadOnlyMemory<byte> json, string modelName, long version)
    {
        ModelManifest? manifest;
        try
        {
            using var document = JsonDocument.Parse(json);
            if (!JsonUnicode.IsWhole(json.Span))
            {
                return Refused("the file holds text that is no Unicode");
            }
            manifest = document.RootElement.Deserialize(ContractsJsonContext.Default.ModelManifest);
            KeepNullDefaults(document.RootElement, manifest);
        }
        catch (JsonException error)
        {
            return RepositoryResult<ModelManifest>.Refused(At(error, WhatIsWrong(json, error)));
        }
        if (manifest is null)
        {
            return Refused("the file must hold one JSON object");
        }
        var errors = new ManifestErrors();
        errors.Require(manifest.FormatVersion == 1, "formatVersion", manifest.FormatVersion, "only format 1 is known");
        errors.Require(manifest.Model == modelName, "model", manifest.Model,
            $"it must be the name of the model's folder, {DisplayValue.Quote(modelName)}");
        errors.Require(manifest.Version == version, "version", manifest.Version,
            $"it must be the number of the version's folder, {version}");
        ManifestRules.Features(manifest, errors);
        ManifestRules.Outputs(manifest, errors);
        ManifestRules.Files(manifest, errors);
        if (manifest.GoldenRows is { } golden)
        {
            GoldenRules.Check(golden, errors);
        }
        return errors.All.Count == 0 ? RepositoryResult<ModelManifest>.Of(manifest) : RepositoryResult<ModelManifest>.Refused(errors.All);
    }

    /// <summary>
    /// Compares every file of the version folder with the manifest, which must list it, with its length and SHA-256. Empty where all agree.
    /// Reads all files once, in pieces.
    /// </summary>
    public static IReadOnlyList<RepositoryError> VerifyFiles(ModelManifest manifest, string versionFolder,
        CancellationToken cancellation = default)
    {
        var errors = new ManifestErrors();
        try
        {
            List<FileStamp> present = [];
            foreach (var entry in FolderListing.Entries(versionFolder))
            {
                FolderListing.Add(entry, entry.Name, present);
            }
            var listed = manifest.Files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
            foreach (var file in present.Where(file => file.Path != ModelManifest.FileName && !listed.Contains(file.Path)))
            {
                errors.Require(false, "files", file.Path, "the version folder has this file, and the manifest does not list it");
            }
            for (var i = 0; i < manifest.Files.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                VerifyFile(manifest.Files[i], $"files[{i}]", versionFolder, errors);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [.. errors.All, new RepositoryError(ModelManifest.FileName, "files", null, $"a file cannot be read: {error.Message}")];
        }
        return errors.All;
    }

    private static void VerifyFile(ManifestFile file, string field, string versionFolder, ManifestErrors errors)
    {
        var path = Path.Combine(versionFolder, file.Path);
        if (!errors.Require(RepositoryPath.IsInside(versionFolder, path), $"{field}.path", file.Path,
            "a link leads out of the version folder")
            || !errors.Require(RepositoryPath.IsFile(path), $"{field}.path", file.Path, "the version folder has no such file"))
        {
            return;
        }
        using var stream = File.OpenRead(path);
        if (!errors.Require(stream.Length == file.Bytes, $"{field}.bytes", file.Bytes,
            $"{DisplayValue.Quote(file.Path)} has {stream.Length} bytes"))
        {
            return;
        }
        var sum = Convert.ToHexStringLower(SHA256.HashData(stream));
        errors.Require(sum == file.Sha256, $"{field}.sha256", file.Sha256,
            $"{DisplayValue.Quote(file.Path)} has the SHA-256 {sum}: it is not the file that was published");
    }

    /// <summary>
    /// A default of null is a value of its own, NaN, and not the lack of one; deserialized into a nullable element the two look the same,
    /// so that it is put back here.
    /// </summary>
    private static void KeepNullDefaults(JsonElement root, ModelManifest? manifest)
    {
        if (manifest?.Features is not { Count: > 0 } features)
        {
            return;
        }
        var written = root.GetProperty("features");
        for (var i = 0; i < features.Count; i++)
        {
            if (features[i] is not null && written[i].TryGetProperty("default", out var value) && value.ValueKind == JsonValueKind.Null)
            {
                features[i].Default = value.Clone();
            }
        }
    }

    /// <summary>The fault in the manifest's words; the parser's own where it is no JSON at all.</summary>
    private static RepositoryError WhatIsWrong(ReadOnlyMemory<byte> json, JsonException error)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (ManifestShape.ProblemOf(document.RootElement) is { } problem)
            {
                return problem;
            }
        }
        catch (JsonException)
        {
            // Said below.
        }
        // Its place follows in the message, and stands before it in the error already.
        return new(ModelManifest.FileName, "", null, error.Message.Split(" LineNumber:")[0]);
    }

    private static RepositoryError At(JsonException place, RepositoryError error) =>
        error with { Line = (int)(place.LineNumber ?? -1) + 1, Column = (int)(place.BytePositionInLine ?? -1) + 1 };

    private static RepositoryResult<ModelManifest> Refused(string rule) =>
        RepositoryResult<ModelManifest>.Refused(new RepositoryError(ModelManifest.FileName, "", null, rule));
}
