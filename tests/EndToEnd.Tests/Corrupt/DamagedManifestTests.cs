using System.Text;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Corrupt;

/// <summary>Versions whose manifest is damaged, or whose files and answers are not those that it was written for.</summary>
public sealed class DamagedManifestTests(LoadingAppliance loading, ITestOutputHelper output) : IClassFixture<LoadingAppliance>
{
    private const int Mutations = 150;

    [Fact]
    public async Task A_version_that_is_what_its_manifest_says_is_served()
    {
        var model = loading.NextModel();
        Assert.Null(await TryAsync(model, ScaleManifest.Version(model, 1, factor: 2, golden: 2)));
    }

    [Fact]
    public async Task A_file_that_is_not_the_published_one_is_refused_by_its_name()
    {
        var model = loading.NextModel();
        var files = ScaleManifest.Version(model, 1, factor: 2, golden: 2);
        // One bit of the factor: the graph is as good as before, and answers something else.
        var changed = (byte[])files[0].Content.Clone();
        changed[Array.LastIndexOf(changed, (byte)0x40)] ^= 1;
        var reason = await TryAsync(model, [("model.onnx", changed), files[1]]);
        Assert.Contains("'model.onnx'", reason);
        Assert.Contains("SHA-256", reason);
    }

    [Fact]
    public async Task A_file_that_the_manifest_does_not_list_is_refused_by_its_name()
    {
        var model = loading.NextModel();
        var reason = await TryAsync(model, [.. ScaleManifest.Version(model, 1, factor: 2, golden: 2), ("stray.bin", [1])]);
        Assert.Contains("stray.bin", reason);
    }

    [Fact]
    public async Task Golden_rows_that_come_out_differently_are_refused_with_both_values()
    {
        var model = loading.NextModel();
        var reason = await TryAsync(model, ScaleManifest.Version(model, 1, factor: 2, golden: 3));
        Assert.Contains("golden rows differ: output 'OUTPUT0' element 0 is 2, expected 3", reason);
    }

    [Fact]
    public async Task A_manifest_of_another_version_is_refused()
    {
        var model = loading.NextModel();
        Assert.Contains("version is 2", await TryAsync(model, ScaleManifest.Version(model, 2, factor: 2, golden: 2)));
    }

    [Fact]
    public async Task A_damaged_manifest_is_taken_or_refused_with_the_reason()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var onnx = OnnxModels.Scale(2);
        var refused = 0;
        for (var i = 0; i < Mutations; i++)
        {
            var model = loading.NextModel();
            var manifest = Mutate(Encoding.UTF8.GetBytes(ScaleManifest.Json(model, 1, onnx, 2)), random);
            if (await TryAsync(model, [("model.onnx", onnx), ("manifest.json", manifest)]) is not { } reason) continue;
            refused++;
            Assert.True(reason.Contains("manifest.json", StringComparison.Ordinal) || reason.Contains("golden", StringComparison.OrdinalIgnoreCase),
                $"not about the manifest: {reason}\n{Encoding.UTF8.GetString(manifest)}");
        }
        output.WriteLine($"{refused} of {Mutations} were refused");
        Assert.True(refused > 0, "no mutation was refused: they damage nothing");
        await loading.IsUnharmedAsync();
    }

    private async Task<string?> TryAsync(string model, (string Name, byte[] Content)[] files)
    {
        await loading.StartedAsync();
        loading.Repository.AddVersion(model, 1, files);
        return await loading.TryAsync(model);
    }

    private static byte[] Mutate(byte[] json, Random random)
    {
        var at = random.Next(json.Length);
        switch (random.Next(4))
        {
            case 0:
                return json[..at];
            case 1:
                return [.. json[..at], .. json[Math.Min(json.Length, at + random.Next(1, 6))..]];
            case 2:
                return [.. json[..at], (byte)random.Next(256), .. json[at..]];
            default:
                var changed = (byte[])json.Clone();
                changed[at] = (byte)random.Next(256);
                return changed;
        }
    }
}
