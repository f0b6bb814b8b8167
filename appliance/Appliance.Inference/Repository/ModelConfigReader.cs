using System.Text;
using Appliance.Inference.Repository.TextFormat;
using Contracts.Inference;
using Google.Protobuf;

namespace Appliance.Inference.Repository;

/// <summary>Reads a model's configuration: <c>config.pbtxt</c>, a named one in <c>configs/</c>, or the JSON of a load request.</summary>
public static class ModelConfigReader
{
    public const string FileName = "config.pbtxt";

    /// <summary>The folder of a model that holds its named configurations.</summary>
    public const string NamedFolder = "configs";

    /// <summary>What errors call the configuration that came with a load request.</summary>
    public const string OverrideName = "config override";

    /// <summary>Bytes that a configuration may have: a hundred times a long one, and still read at once.</summary>
    public const int MaxBytes = 1 << 20;

    private static readonly JsonParser Json = new(JsonParser.Settings.Default.WithRecursionLimit(TextFormatParser.MaxDepth));

    /// <summary>
    /// Reads <c>configs/&lt;name&gt;.pbtxt</c> where a name is given and the file is there, else <c>config.pbtxt</c>; a folder without
    /// either has the empty configuration, which the graph completes.
    /// </summary>
    public static RepositoryResult<ModelConfigSource> ReadFolder(string modelFolder, string? configName = null)
    {
        if (!string.IsNullOrEmpty(configName))
        {
            if (RepositoryPath.ProblemOfSegment(configName) is { } problem)
            {
                return RepositoryResult<ModelConfigSource>.Refused(new RepositoryError(NamedFolder, "name", DisplayValue.Of(configName),
                    problem));
            }
            var named = Path.Combine(NamedFolder, configName + ".pbtxt");
            if (File.Exists(Path.Combine(modelFolder, named)))
            {
                return ReadFile(modelFolder, named);
            }
        }
        return File.Exists(Path.Combine(modelFolder, FileName))
            ? ReadFile(modelFolder, FileName)
            : RepositoryResult<ModelConfigSource>.Of(ModelConfigSource.Absent);
    }

    /// <summary>Reads the text format. <paramref name="file"/> is what errors call the text.</summary>
    public static RepositoryResult<ModelConfigSource> ReadText(ReadOnlyMemory<byte> utf8, string file = FileName) =>
        Read(utf8.Length, file, config => TextFormatParser.Parse(utf8, config));

    /// <summary>Reads the JSON form, with field names in either spelling, snake_case or camelCase.</summary>
    public static RepositoryResult<ModelConfigSource> ReadJson(string json, string file = OverrideName)
    {
        var utf8 = Encoding.UTF8.GetBytes(json);
        return Read(utf8.Length, file, config =>
        {
            var positions = JsonPositions.Read(utf8, ModelConfig.Descriptor);
            config.MergeFrom(Json.Parse<ModelConfig>(json));
            return positions;
        });
    }

    private static RepositoryResult<ModelConfigSource> ReadFile(string modelFolder, string file)
    {
        try
        {
            using var stream = File.OpenRead(Path.Combine(modelFolder, file));
            // One byte past the limit is enough to know that the file is too large.
            var text = new byte[Math.Min(stream.Length, MaxBytes + 1)];
            var length = stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
            return ReadText(text.AsMemory(0, length), file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return RepositoryResult<ModelConfigSource>.Refused(new RepositoryError(file, "", null,
                $"the file cannot be read: {error.Message}"));
        }
    }

    private static RepositoryResult<ModelConfigSource> Read(int length, string file, Func<ModelConfig, FieldPositions> parse)
    {
        if (length > MaxBytes)
        {
            return RepositoryResult<ModelConfigSource>.Refused(new RepositoryError(file, "", null,
                $"the configuration has more than {MaxBytes} bytes"));
        }
        var config = new ModelConfig();
        try
        {
            return RepositoryResult<ModelConfigSource>.Of(new ModelConfigSource(config, file, parse(config)));
        }
        catch (TextFormatException error)
        {
            return RepositoryResult<ModelConfigSource>.Refused(
                new RepositoryError(file, error.FieldPath, null, error.Problem, error.Position.Line, error.Position.Column));
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or InvalidJsonException)
        {
            return RepositoryResult<ModelConfigSource>.Refused(new RepositoryError(file, "", null, error.Message));
        }
    }
}
