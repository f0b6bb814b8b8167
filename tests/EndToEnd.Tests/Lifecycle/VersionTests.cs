using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using Grpc.Core;

namespace EndToEnd.Tests.Lifecycle;

/// <summary>Which folders are versions, and which of them a policy wants.</summary>
public sealed class VersionTests(LoadingAppliance loading) : IClassFixture<LoadingAppliance>
{
    [Theory]
    [InlineData("", "7")]
    [InlineData("version_policy { latest { num_versions: 2 } }", "3 7")]
    [InlineData("version_policy { latest { num_versions: 100 } }", "1 3 7")]
    [InlineData("version_policy { all { } }", "1 3 7")]
    [InlineData("version_policy { specific { versions: [ 1, 3 ] } }", "1 3")]
    [InlineData("version_policy { specific { versions: 1 } }", "1")]
    public async Task A_policy_decides_which_versions_are_ready_and_the_highest_of_them_is_routed_to(string config, string ready)
    {
        var appliance = await loading.StartedAsync();
        var model = Add(1, 3, 7);
        loading.Repository.WriteConfig(model, config);
        Assert.Null(await loading.TryAsync(model, async name =>
        {
            var versions = ready.Split(' ');
            Assert.Equal(versions, await appliance.ReadyVersionsAsync(name));
            Assert.Equal(float.Parse(versions[^1], System.Globalization.CultureInfo.InvariantCulture), await appliance.FactorAsync(name));
            foreach (var version in versions) Assert.Equal(float.Parse(version, System.Globalization.CultureInfo.InvariantCulture), await appliance.FactorAsync(name, version));
            foreach (var other in new[] { "1", "3", "7", "8" }.Except(versions))
            {
                Assert.Equal(StatusCode.NotFound, (await appliance.RefusalAsync(ScaleCalls.Request(name, other))).StatusCode);
            }
        }));
    }

    [Fact]
    public async Task A_policy_that_names_a_version_that_is_not_there_is_refused()
    {
        await loading.StartedAsync();
        var model = Add(1);
        loading.Repository.WriteConfig(model, "version_policy { specific { versions: [ 1, 4 ] } }");
        Assert.Contains("names versions that are not there: 4", await loading.TryAsync(model));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("02")]
    [InlineData("0x2")]
    [InlineData("v2")]
    [InlineData("2.0")]
    [InlineData("-2")]
    [InlineData(".2")]
    [InlineData("99999999999999999999")]
    [InlineData("２")]
    public async Task A_folder_that_is_no_whole_number_from_1_is_no_version(string name)
    {
        var appliance = await loading.StartedAsync();
        var model = Add(1);
        var folder = Directory.CreateDirectory(Path.Combine(loading.Repository.ModelPath(model), name)).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, "model.onnx"), OnnxModels.Scale(100), TestContext.Current.CancellationToken);
        Assert.Null(await loading.TryAsync(model, async each =>
        {
            Assert.Equal(["1"], await appliance.ReadyVersionsAsync(each));
            Assert.Equal(1, await appliance.FactorAsync(each));
        }));
    }

    [Fact]
    public async Task A_model_without_any_version_is_refused()
    {
        await loading.StartedAsync();
        var model = loading.NextModel();
        loading.Repository.WriteConfig(model, "max_batch_size: 4");
        Assert.Contains("no version folder", await loading.TryAsync(model));
    }

    /// <summary>A model whose versions multiply by their own numbers.</summary>
    private string Add(params long[] versions)
    {
        var model = loading.NextModel();
        foreach (var version in versions) loading.Repository.AddVersion(model, version, OnnxModels.Scale(version));
        return model;
    }
}
