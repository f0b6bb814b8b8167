using System.Security.Cryptography;
using System.Text.Json;
using Compare.Models;
using Contracts;
using FeatureBench.Folders;

namespace Compare.Features;

/// <summary>A model repository with the MLP of the serving table, its 64 inputs named and bound to the measured feature service.</summary>
internal static class FeatureModelFolder
{
    public const string Model = "mlp";
    private const int Seed = 1;

    public static string Create(string path)
    {
        var repository = RepositoryFolder.Create(path).Add(Model, Seed);
        var graph = repository.GraphPath(Model, 1);
        var bytes = File.ReadAllBytes(graph);
        var manifest = new ModelManifest
        {
            Model = Model,
            Version = 1,
            Features = [.. Enumerable.Range(0, VectorValues.Width).Select(i => new ManifestFeature { Name = FeatureDefinitionsText.Name(i), Input = MlpGraph.Input, Column = i })],
            FeatureService = new ManifestFeatureService { Name = FeatureDefinitionsText.AllService, Version = 1 },
            Outputs = [new ManifestOutput { Name = "score", Output = MlpGraph.Output }],
            Files = [new ManifestFile { Path = Path.GetFileName(graph), Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)), Bytes = bytes.Length }],
        };
        var json = JsonSerializer.Serialize(manifest, ContractsJsonContext.Default.ModelManifest);
        File.WriteAllText(Path.Combine(repository.VersionPath(Model, 1), ModelManifest.FileName), json);
        return repository.Path;
    }
}
