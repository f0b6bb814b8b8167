using Contracts.Inference;
using Google.Protobuf;

namespace Appliance.Inference.Repository;

/// <summary>
/// The parameters of a load request that replace what the repository holds: <c>config</c>, a configuration as JSON, and
/// <c>file:&lt;version&gt;/&lt;name&gt;</c>, the bytes of a file. Files come with a configuration, and then nothing of the repository's
/// folder is used.
/// </summary>
public static class FileOverrides
{
    public const string ConfigParameter = "config";
    public const string FilePrefix = "file:";

    /// <summary>Files of one request at most; a model has one or a few.</summary>
    public const int MostFiles = 1024;

    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What errors call the request.</summary>
    private const string Request = "load request";

    /// <summary>
    /// Checks every parameter and writes the files into a new folder in <paramref name="stagingRoot"/>, which only this process may read.
    /// Answers null where the request has no parameters, and leaves no file behind where it is refused.
    /// </summary>
    /// <exception cref="IOException">The files cannot be written.</exception>
    public static RepositoryResult<StagedModel>? Stage(string modelName, IReadOnlyDictionary<string, ModelRepositoryParameter> parameters,
        string stagingRoot)
    {
        if (parameters.Count == 0)
        {
            return null;
        }
        List<RepositoryError> errors = [];
        if (ModelName.Problem(modelName) is { } problem)
        {
            errors.Add(new(Request, "model_name", DisplayValue.Of(modelName), problem));
        }
        var files = Files(parameters, errors);
        var config = Config(parameters, files.Count > 0, errors);
        if (errors.Count > 0 || config is null)
        {
            return RepositoryResult<StagedModel>.Refused(errors);
        }
        return RepositoryResult<StagedModel>.Of(files.Count == 0
            ? new StagedModel(config, null, null)
            : Write(modelName, config, files, stagingRoot));
    }

    private static ModelConfigSource? Config(IReadOnlyDictionary<string, ModelRepositoryParameter> parameters, bool hasFiles,
        List<RepositoryError> errors)
    {
        if (!parameters.TryGetValue(ConfigParameter, out var config))
        {
            if (hasFiles || errors.Count == 0)
            {
                errors.Add(new(Request, ConfigParameter, null, "files come with a configuration; give it as JSON in this parameter"));
            }
            return null;
        }
        if (config.ParameterChoiceCase != ModelRepositoryParameter.ParameterChoiceOneofCase.StringParam)
        {
            errors.Add(new(Request, ConfigParameter, config.ParameterChoiceCase.ToString(), "the configuration is a string, JSON"));
            return null;
        }
        var read = ModelConfigReader.ReadJson(config.StringParam);
        errors.AddRange(read.Errors);
        return read.Value;
    }

    /// <summary>The files by their path in the model folder.</summary>
    private static SortedDictionary<string, ByteString> Files(
        IReadOnlyDictionary<string, ModelRepositoryParameter> parameters, List<RepositoryError> errors)
    {
        SortedDictionary<string, ByteString> files = new(StringComparer.Ordinal);
        foreach (var (key, value) in parameters.OrderBy(parameter => parameter.Key, StringComparer.Ordinal))
        {
            var field = DisplayValue.Quote(key);
            if (key == ConfigParameter)
            {
                continue;
            }
            if (!key.StartsWith(FilePrefix, StringComparison.Ordinal))
            {
                errors.Add(new(Request, field, null,
                    $"the parameter is unknown; there are {ConfigParameter} and {FilePrefix}<version>/<name>"));
            }
            else if (PathProblem(key[FilePrefix.Length..]) is { } problem)
            {
                errors.Add(new(Request, field, null, problem));
            }
            else if (value.ParameterChoiceCase != ModelRepositoryParameter.ParameterChoiceOneofCase.BytesParam)
            {
                errors.Add(new(Request, field, value.ParameterChoiceCase.ToString(), "a file's content is bytes"));
            }
            else
            {
                files.Add(key[FilePrefix.Length..], value.BytesParam);
            }
        }
        if (files.Count > MostFiles)
        {
            errors.Add(new(Request, FilePrefix, DisplayValue.Of(files.Count), $"a request has at most {MostFiles} files"));
            return files;
        }
        foreach (var path in files.Keys.Where(path => files.Keys.Any(other => other.StartsWith(path + "/", StringComparison.Ordinal))))
        {
            errors.Add(new(Request, DisplayValue.Quote(FilePrefix + path), null, "the path is that of a file and of a folder at once"));
        }
        return files;
    }

    private static string? PathProblem(string path)
    {
        if (RepositoryPath.ProblemOf(path) is { } problem)
        {
            return problem;
        }
        var slash = path.IndexOf('/');
        if (slash < 0)
        {
            return $"a file lies in a version: write {FilePrefix}<version>/<name>";
        }
        return ModelName.TryParseVersion(path[..slash], out _, out var versionProblem)
            ? null
            : $"{DisplayValue.Quote(path[..slash])} is no version: {versionProblem}";
    }

    private static StagedModel Write(string modelName, ModelConfigSource config, SortedDictionary<string, ByteString> files,
        string stagingRoot)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Files are kept from others by Unix modes.");
        }
        var staging = Path.Combine(stagingRoot, $".load-{Guid.NewGuid():N}");
        var folder = Path.Combine(staging, modelName);
        var staged = new StagedModel(config, folder, staging);
        try
        {
            // Nobody else gets past this folder, whatever the modes below it.
            Directory.CreateDirectory(staging, FolderMode);
            foreach (var (path, content) in files)
            {
                var file = Path.Combine(folder, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                using var stream = new FileStream(file, new FileStreamOptions
                {
                    Mode = System.IO.FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = FileMode,
                });
                content.WriteTo(stream);
            }
        }
        catch
        {
            staged.Dispose();
            throw;
        }
        return staged;
    }
}
