using System.Globalization;

namespace Appliance.Inference.Repository.ExternalData;

/// <summary>Checks the external tensors of one model, one after the other. Not thread-safe.</summary>
internal sealed class ExternalDataCheck(string modelFile, string versionFolder)
{
    /// <summary>Errors of one model that are reported; the rest adds nothing.</summary>
    private const int MostErrors = 20;

    /// <summary>Files of one model that are checked; exporters write one, or one a tensor.</summary>
    private const int MostFiles = 100_000;

    private readonly string _modelFolder = Path.GetDirectoryName(modelFile)!;
    private readonly List<RepositoryError> _errors = [];

    /// <summary>By location; null where it was refused, so that it is refused once.</summary>
    private readonly Dictionary<string, (string Path, long Bytes)?> _files = new(StringComparer.Ordinal);

    /// <summary>What errors call the model file.</summary>
    public string ModelName { get; } = Path.GetRelativePath(versionFolder, modelFile);

    public IReadOnlyList<RepositoryError> Errors => _errors;

    /// <summary>The files that were taken, in full.</summary>
    public IReadOnlyList<string> Files =>
        [.. _files.Values.OfType<(string Path, long Bytes)>().Select(file => file.Path).Distinct(StringComparer.Ordinal)];

    /// <exception cref="IOException">A file's links cannot be followed.</exception>
    public void Add(ExternalTensor tensor)
    {
        if (_errors.Count >= MostErrors)
        {
            return;
        }
        if (tensor.Location is not { } location)
        {
            Refuse(tensor, null, "it names no file");
            return;
        }
        if (!_files.TryGetValue(location, out var file))
        {
            if (_files.Count >= MostFiles)
            {
                Refuse(tensor, null, $"the model takes tensors from more than {MostFiles} files");
                return;
            }
            var problem = Find(location, out file);
            _files[location] = file;
            if (problem is not null)
            {
                Refuse(tensor, location, problem);
            }
        }
        if (file is { } found && RangeProblem(tensor, found.Bytes) is { } range)
        {
            Refuse(tensor, location, range);
        }
    }

    private void Refuse(ExternalTensor tensor, string? location, string rule) =>
        _errors.Add(new(ModelName, $"external data of tensor {DisplayValue.Quote(tensor.Tensor)}", location is null
            ? null
            : DisplayValue.Of(location), rule));

    /// <summary>Why the location cannot be taken, or null with the file.</summary>
    private string? Find(string location, out (string Path, long Bytes)? file)
    {
        file = null;
        var relative = location.StartsWith("./", StringComparison.Ordinal) ? location[2..] : location;
        if (RepositoryPath.ProblemOf(relative) is { } problem)
        {
            return problem;
        }
        var path = Path.Combine(_modelFolder, relative);
        if (!RepositoryPath.IsInside(versionFolder, path))
        {
            return "a link leads out of the version folder";
        }
        var target = new FileInfo(RepositoryPath.Resolve(path));
        if (!target.Exists)
        {
            return "there is no such file beside the model";
        }
        file = (path, target.Length);
        return null;
    }

    private static string? RangeProblem(ExternalTensor tensor, long bytes)
    {
        if (!TryNumber(tensor.Offset, out var offset))
        {
            return $"the offset {DisplayValue.Quote(tensor.Offset!)} is no number of bytes";
        }
        if (!TryNumber(tensor.Length, out var length))
        {
            return $"the length {DisplayValue.Quote(tensor.Length!)} is no number of bytes";
        }
        return offset > bytes || length > bytes - offset
            ? $"the file has {bytes} bytes; the tensor takes {length} from byte {offset} on"
            : null;
    }

    /// <summary>Left out, the offset is 0, and the length is taken for 0: all that is left, whatever that is.</summary>
    private static bool TryNumber(string? text, out long number)
    {
        number = 0;
        return text is null || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
