using System.Text.Json;

namespace Trainer.Pipelines;

/// <summary>The pipelines of a folder: one JSON file each, named as the pipeline.</summary>
internal sealed class PipelineCatalog
{
    private readonly string _folder;

    public PipelineCatalog(string folder)
    {
        if (!Directory.Exists(folder)) throw new TrainerException($"--pipelines is '{folder}'; it must be a folder.");
        _folder = folder;
        Names =
        [
            .. Directory.EnumerateFiles(folder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal),
        ];
    }

    public IReadOnlyList<string> Names { get; }

    public PipelineDefinition Load(string name)
    {
        if (!Names.Contains(name)) throw new TrainerException($"There is no pipeline '{name}'; there are {string.Join(", ", Names)}.");
        var path = Path.Combine(_folder, name + ".json");
        var definition = Parse(path);
        var errors = PipelineValidator.Validate(definition);
        if (definition.Name != name) errors.Add($"name is '{definition.Name}'; it must be the file's, '{name}'.");
        if (errors.Count > 0) throw new TrainerException(string.Join(Environment.NewLine, errors.Select(e => $"{path}: {e}")));
        return definition;
    }

    private static PipelineDefinition Parse(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), PipelineJsonContext.Default.PipelineDefinition)
                ?? throw new TrainerException($"{path}: the file holds null; it must hold an object.");
        }
        catch (JsonException e)
        {
            throw new TrainerException($"{path}:{e.LineNumber + 1}: {e.Message}");
        }
    }
}
