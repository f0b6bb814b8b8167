using System.Text;
using System.Text.Json;
using Appliance.Inference.Repository;
using Contracts;
using TestKit.Fuzzing;

namespace Appliance.Inference.Tests.Fuzzing;

/// <summary>manifest.json, against what System.Text.Json makes of it as a document.</summary>
internal sealed class ManifestSubject : FuzzSubject
{
    private ModelManifest? _manifest;

    public override IMutator Mutator { get; } = new TokenMutator(
        "\"formatVersion\"", "\"model\"", "\"version\"", "\"features\"", "\"Features\"", "\"default\"", "\"name\"", "\"type\"", "\"input\"", "\"column\"", "\"outputs\"", "\"levels\"", "\"min\"", "\"files\"",
        "\"path\"", "\"sha256\"", "\"bytes\"", "\"goldenRows\"", "\"data\"", "\"shape\"", "\"datatype\"", "\"INT64\"", "\"double\"", "\"../x\"", "\"2026-01-01T00:00:00Z\"");

    public override IReadOnlyList<byte[]> Seeds { get; } = [Encoding.UTF8.GetBytes("""
        {"formatVersion":1,"model":"m","version":7,"description":"d",
         "features":[{"name":"amount","type":"double","input":"x","column":0,"default":null},{"name":"count","type":"int64","input":"x","column":1,"default":3},{"name":"vip","type":"bool","input":"vip"}],
         "featureService":{"name":"s","version":1},
         "outputs":[{"name":"score","output":"y","column":1,"levels":[{"name":"high","min":0.8},{"name":"low"}]}],
         "files":[{"path":"model.onnx","sha256":"0000000000000000000000000000000000000000000000000000000000000000","bytes":12}],
         "goldenRows":{"tolerance":1e-5,"inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[1,2.5,"NaN",-1]}],"outputs":[{"name":"y","datatype":"INT64","shape":[2],"data":[0,1]}]},
         "metrics":{"auc":0.84},"origin":{"producer":"p","seed":1,"trainedAt":"2026-01-01T00:00:00Z","parameters":{"a":"b"}}}
        """)];

    public override long AllowedBytes(int length) => (1 << 20) + (1024L * length);

    public override bool Decode(byte[] input)
    {
        var read = ManifestReader.Read(input, "m", 7);
        _manifest = read.Value;
        if (_manifest is null) Assert.All(read.Errors, e => Assert.True(e.Rule.Length > 0));
        return _manifest is not null;
    }

    public override void Check(byte[] input, bool taken)
    {
        if (!taken) return;
        using var document = JsonDocument.Parse(input);
        var root = document.RootElement;
        Assert.Equal(("m", 7L), (root.GetProperty("model").GetString(), root.GetProperty("version").GetInt64()));
        JsonElement[] features = root.TryGetProperty("features", out var written) ? [.. written.EnumerateArray()] : [];
        Assert.Equal(features.Select(f => f.GetProperty("name").GetString()), _manifest!.Features.Select(f => f.Name));
        for (var i = 0; i < features.Length; i++)
        {
            var read = _manifest.Features[i];
            Assert.Equal(features[i].TryGetProperty("column", out var column) ? column.GetInt32() : 0, read.Column);
            Assert.Equal(features[i].TryGetProperty("default", out var value), read.Default is not null);
            if (read.Default is { } kept) Assert.True(JsonElement.DeepEquals(value, kept));
        }
        Assert.Equal(root.TryGetProperty("files", out var files) ? files.GetArrayLength() : 0, _manifest.Files.Count);
    }
}
