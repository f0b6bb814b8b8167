using System.Text.Json.Nodes;
using Trainer.Cli;

namespace Trainer.Tests.Cli;

public sealed class TrainerCliTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    [Theory]
    [InlineData("", "A command is missing.")]
    [InlineData("publish", "There is no command 'publish'.")]
    [InlineData("train", "Name a pipeline, or give --all.")]
    [InlineData("train a --all", "--all and the pipeline 'a' are both given; give one of them.")]
    [InlineData("train a --seed", "--seed needs a value.")]
    [InlineData("train a --seed -3", "--seed is '-3'; it must be a whole number from 0 to 2147483647.")]
    [InlineData("train a --speed", "There is no option --speed.")]
    [InlineData("train a --speed 3", "There is no option --speed.")]
    public void Wrong_usage_exits_with_2_the_error_and_the_usage(string arguments, string expected)
    {
        Assert.Equal(2, Run(arguments));
        Assert.StartsWith(expected, _errors.ToString());
        Assert.Contains(TrainerCli.Usage, _errors.ToString());
    }

    [Theory]
    [InlineData("help")]
    [InlineData("--help")]
    [InlineData("train --help")]
    [InlineData("train churn --seed 3 -h")]
    public void Help_is_not_an_error(string arguments)
    {
        Assert.Equal(0, Run(arguments));
        Assert.Contains(TrainerCli.Usage, _output.ToString());
    }

    [Fact]
    public void A_pipeline_that_is_not_there_exits_with_1_and_names_those_that_are()
    {
        Assert.Equal(1, Run($"train churn --out {_folder.Path}"));
        Assert.StartsWith("There is no pipeline 'churn'; there are koc-potential, telco-churn.", _errors.ToString());
    }

    [Fact]
    public void Samples_that_are_not_there_exit_with_1_and_publish_nothing()
    {
        Assert.Equal(1, Run($"train telco-churn --samples nowhere --out {_folder.Path}"));
        Assert.StartsWith("nowhere/telco-churn/wa_churn.csv: no such file.", _errors.ToString());
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void All_pipelines_are_trained_printed_and_published_and_if_missing_leaves_them_alone()
    {
        Assert.Equal(0, Run($"train --all --samples {Repository.Samples} --out {_folder.Path}"));
        foreach (var model in new[] { "koc-potential", "telco-churn" })
        {
            Assert.Contains($"{model}: ", _output.ToString());
            Assert.True(File.Exists(Path.Combine(_folder.Path, model, "1", "model.onnx")));
            Assert.True(File.Exists(Path.Combine(_folder.Path, model, "1", "manifest.json")));
            Assert.True(File.Exists(Path.Combine(_folder.Path, model, "config.pbtxt")));
        }
        Assert.All(
            ["AUC ", "PR-AUC ", "F1 ", "calibration error ", "worst difference "],
            line => Assert.Contains(line, _output.ToString()));

        Assert.Equal(0, Run($"train --all --samples nowhere --out {_folder.Path} --if-missing"));
        Assert.Contains("telco-churn: version 1 is there, nothing to do.", _output.ToString());
        Assert.Contains("koc-potential: version 1 is there, nothing to do.", _output.ToString());
        Assert.Equal("", _errors.ToString());

        // As a trainer wrote it that knew no feature services.
        var manifest = Path.Combine(_folder.Path, "koc-potential", "1", "manifest.json");
        var older = JsonNode.Parse(File.ReadAllText(manifest))!.AsObject();
        Assert.True(older.Remove("featureService"));
        File.WriteAllText(manifest, older.ToJsonString());
        Assert.Equal(0, Run($"train --all --samples {Repository.Samples} --out {_folder.Path} --if-missing"));
        Assert.True(Directory.Exists(Path.Combine(_folder.Path, "koc-potential", "2")));
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "telco-churn", "2")));
    }

    private int Run(string arguments) => TrainerCli.Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), _output, _errors);

    public void Dispose() => _folder.Dispose();
}
