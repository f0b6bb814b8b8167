using Trainer.Data;
using Trainer.Export;
using Trainer.Pipelines;
using ServiceBinding = FeatureModel.FeatureBinding;

namespace Trainer.Tests.Data;

/// <summary>What a shipped model is trained on against what the appliance will read for it.</summary>
public sealed class ServedFeaturesTests
{
    private static readonly PipelineDefinition Koc = new PipelineCatalog(Repository.Pipelines).Load("koc-potential");
    private static readonly DefinedFeatures Defined = new(Koc.Events!.AsOf);

    [Fact]
    public void Every_row_of_the_training_set_is_what_the_definitions_give_at_the_last_moment_before_it()
    {
        var trained = new TrainingSetBuilder(Koc, Repository.Samples).Build();
        var members = Members();
        Assert.Equal(members.Count, trained.Features.Rows);
        for (var row = 0; row < members.Count; row++)
        {
            var served = Defined.Of(Koc.FeatureService!.Name, members[row]);
            // As the model takes them: FP32.
            Assert.Equal(served.Select(v => (float)v), trained.Features.Columns.Select(c => c.Numbers![row]));
        }
    }

    [Fact]
    public void The_manifest_names_the_service_and_every_feature_of_it_is_found()
    {
        var manifest = ManifestWriter.Write(Koc, "probability");
        Assert.Equal(("koc_potential", 1), (manifest.FeatureService!.Name, manifest.FeatureService.Version));
        Assert.True(ServiceBinding.TryCreate(manifest, Defined.SchemaOf("koc_potential"), out var binding, out var errors), string.Join("; ", errors));
        Assert.Equal([0, 1, 2], binding!.Columns);
    }

    private static List<string> Members()
    {
        using var file = CsvFile.Open(Path.Combine(Repository.Samples, Koc.Table.File));
        var key = file.Column(Koc.Table.Key!);
        var members = new List<string>();
        while (file.TryReadRow()) members.Add(file[key]);
        return members;
    }
}
