using System.Globalization;
using System.Text.Json;

namespace FeatureModel.Definitions;

/// <summary>
/// Reads definitions from a features folder or from one body. What is wrong is reported together, not up to the first fault. Stateless.
/// </summary>
public static class DefinitionFiles
{
    /// <summary>Bytes that a file or body may have; a definition takes about 200, and a lookup table of 10,000 entries some 300,000.</summary>
    public const int MaxBytes = 16 << 20;

    /// <summary>Folders below the features folder; deeper ones are a loop of links.</summary>
    private const int MaxFolderDepth = 16;

    // Names that start with a dot are hidden: editors' swap files, and the folders that a mounted config map keeps its real files in.
    private static readonly EnumerationOptions Listing = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = MaxFolderDepth,
        AttributesToSkip = FileAttributes.Hidden,
        IgnoreInaccessible = false,
    };

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Every <c>*.json</c> below the folder, sorted by path and merged. Nothing is checked yet beyond the shape.</summary>
    public static ReadDefinitions ReadFolder(string folder)
    {
        var errors = new DefinitionErrors();
        var all = new FeatureDefinitions();
        string[] files;
        try
        {
            files = Directory.GetFiles(folder, "*.json", Listing);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add(new(folder, "", null, $"the features folder cannot be read: {e.Message}"));
            return new(all, errors.All);
        }
        foreach (var (path, name) in files.Select(f => (f, Path.GetRelativePath(folder, f))).OrderBy(f => f.Item2, StringComparer.Ordinal))
        {
            if (ReadFile(path, name, errors) is not { } read) continue;
            foreach (var definition in read.All) all.Add(definition);
        }
        return new(all, errors.All);
    }

    /// <summary>The definitions of one body.</summary>
    /// <param name="name">What errors call it.</param>
    public static ReadDefinitions ReadBody(ReadOnlyMemory<byte> json, string name)
    {
        var errors = new DefinitionErrors();
        return new(Read(json, name, errors) ?? new FeatureDefinitions(), errors.All);
    }

    private static FeatureDefinitions? ReadFile(string path, string name, DefinitionErrors errors)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length <= MaxBytes) return Read(File.ReadAllBytes(path), name, errors);
            errors.Add(new(name, "", null, $"the file has {length} bytes; {MaxBytes} are taken"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add(new(name, "", null, $"the file cannot be read: {e.Message}"));
        }
        return null;
    }

    private static FeatureDefinitions? Read(ReadOnlyMemory<byte> json, string name, DefinitionErrors errors)
    {
        if (json.Length > MaxBytes)
        {
            errors.Add(new(name, "", null, $"the body has {json.Length} bytes; {MaxBytes} are taken"));
            return null;
        }
        if (json.Span.StartsWith("\uFEFF"u8)) json = json[3..];
        try
        {
            using var document = JsonDocument.Parse(json, Lenient);
            var before = errors.All.Count;
            new DefinitionsShape(name, errors).Check(document.RootElement);
            if (errors.All.Count > before) return null;
            var definitions = document.RootElement.Deserialize(DefinitionsJsonContext.Default.FeatureDefinitions)!;
            foreach (var kind in DefinitionKinds.All) NoteOrigins(definitions.Of(kind), name, kind.Section());
            return definitions;
        }
        catch (JsonException e)
        {
            var line = (e.LineNumber ?? 0) + 1;
            errors.Add(new(name, e.Path ?? "", null, string.Create(CultureInfo.InvariantCulture,
                $"the JSON is wrong at line {line}: {e.Message}")));
        }
        catch (InvalidOperationException e)
        {
            // A string that is no UTF-16, for example half of an escaped surrogate pair.
            errors.Add(new(name, "", null, $"the JSON holds text that is no Unicode: {e.Message}"));
        }
        return null;
    }

    private static void NoteOrigins(IEnumerable<NamedDefinition> definitions, string file, string section)
    {
        var i = 0;
        foreach (var definition in definitions) definition.Origin = new(file, string.Create(CultureInfo.InvariantCulture, $"$.{section}[{i++}]"));
    }
}
