using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Appliance.Inference.Repository;
using Contracts;
using Xunit;

namespace Appliance.Inference.Tests.Repository;

public sealed class ManifestReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private const string Good = """
        {
          "formatVersion": 1, "model": "m", "version": 7,
          "features": [
            { "name": "amount", "type": "double", "input": "x", "column": 0, "default": null },
            { "name": "count", "type": "int64", "input": "x", "column": 1, "default": 3 },
            { "name": "city", "type": "string", "input": "city", "default": "" },
            { "name": "vip", "type": "bool", "input": "vip" }
          ],
          "outputs": [ { "name": "score", "output": "y", "column": 1,
            "levels": [ { "name": "high", "min": 0.8 }, { "name": "medium", "min": 0.4 }, { "name": "low" } ] } ],
          "files": [],
          "goldenRows": { "tolerance": 1e-5,
            "inputs": [ { "name": "x", "datatype": "FP32", "shape": [ 2, 2 ], "data": [ 1, 2.5, "NaN", -1 ] } ],
            "outputs": [ { "name": "y", "datatype": "INT64", "shape": [ 2 ], "data": [ 0, 1 ] } ] },
          "metrics": { "auc": 0.84 }
        }
        """;

    private static RepositoryResult<ModelManifest> Read(string json) => ManifestReader.Read(Encoding.UTF8.GetBytes(json), "m", 7);

    /// <summary>The good manifest with one value replaced, given by its path.</summary>
    private static string With(string path, string value)
    {
        var root = JsonNode.Parse(Good)!;
        var parts = path.Split('.');
        var node = parts[..^1].Aggregate(root, (node, part) => int.TryParse(part, out var index) ? node[index]! : node[part]!);
        if (int.TryParse(parts[^1], out var last))
        {
            node[last] = JsonNode.Parse(value);
        }
        else
        {
            node[parts[^1]] = JsonNode.Parse(value);
        }
        return root.ToJsonString();
    }

    [Fact]
    public void A_good_manifest_is_read()
    {
        var manifest = Read(Good).Value!;
        Assert.Equal(["amount", "count", "city", "vip"], manifest.Features.Select(feature => feature.Name));
        Assert.Equal(3, manifest.Features[1].Default!.Value.GetInt64());
        Assert.Null(manifest.Features[3].Default);
        Assert.Equal(0.84, manifest.Metrics["auc"]);
    }

    [Fact]
    public void A_default_of_null_is_there() => Assert.Equal(JsonValueKind.Null, Read(Good).Value!.Features[0].Default?.ValueKind);

    [Fact]
    public void A_folder_without_a_manifest_has_none()
    {
        Assert.Null(ManifestReader.Read(_folder.Root, "m", 7));
        _folder.Write("manifest.json", Good);
        Assert.NotNull(ManifestReader.Read(_folder.Root, "m", 7)!.Value);
        Assert.Equal("manifest.json: model is 'm'; it must be the name of the model's folder, 'n'\nmanifest.json: version is 7; it must be the number of the version's folder, 8",
            ManifestReader.Read(_folder.Root, "n", 8)!.Reason);
    }

    [Theory]
    [InlineData("formatVersion", "2", "formatVersion is 2; only format 1 is known")]
    [InlineData("features", "null", "features is absent; it must be an array")]
    [InlineData("features.1", "null", "features[1] is absent; an element cannot be null")]
    [InlineData("features.1.name", "\"amount\"", "features[1].name is 'amount'; the name is given twice")]
    [InlineData("features.1.name", "\"\"", "features[1].name is ''; it cannot be empty")]
    [InlineData("features.1.name", "null", "features[1].name is absent; it cannot be empty")]
    [InlineData("features.1.type", "\"float\"", "features[1].type is 'float'; it must be one of double, int64, bool, string")]
    [InlineData("features.1.input", "\"\"", "features[1].input is ''; it must name an input of the graph")]
    [InlineData("features.1.column", "-1", "features[1].column is -1; a column is at least 0")]
    [InlineData("features.1.column", "0", "features[1].column is 0; another feature goes to this column of 'x'")]
    [InlineData("features.1.default", "1.5", "features[1].default is '1.5'; it is no int64")]
    [InlineData("features.1.default", "null", "features[1].default is 'null'; it is no int64")]
    [InlineData("features.0.default", "\"nan\"", "features[0].default is '\"nan\"'; it is no double")]
    [InlineData("features.2.default", "1", "features[2].default is '1'; it is no string")]
    [InlineData("features.3.default", "0", "features[3].default is '0'; it is no bool")]
    [InlineData("outputs.0.name", "\"\"", "outputs[0].name is ''; it cannot be empty")]
    [InlineData("outputs.0.output", "\"\"", "outputs[0].output is ''; it must name an output of the graph")]
    [InlineData("outputs.0.column", "-1", "outputs[0].column is -1; a column is at least 0")]
    [InlineData("outputs.0.levels.1.min", "0.8", "outputs[0].levels[1].min is 0.8; levels go from high to low")]
    [InlineData("outputs.0.levels.1.min", "null", "outputs[0].levels[1].min is absent; every level but the last has a min")]
    [InlineData("outputs.0.levels.2.min", "0", "outputs[0].levels[2].min is 0; the last level takes every score below the others and has no min")]
    [InlineData("outputs.0.levels.2.name", "\"high\"", "outputs[0].levels[2].name is 'high'; the name is given twice")]
    [InlineData("files", "[{\"path\":\"../a\",\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\"}]", "files[0].path is '../a'; a name cannot be . or ..")]
    [InlineData("files", "[{\"path\":\"manifest.json\",\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\"}]", "files[0].path is 'manifest.json'; the manifest does not list itself")]
    [InlineData("files", "[{\"path\":\"a\",\"sha256\":\"A000000000000000000000000000000000000000000000000000000000000000\"}]", "files[0].sha256 is 'A000000000000000000000000000000000000000000000000000000000000000'; it must be 64 lower-case hexadecimal digits")]
    [InlineData("files", "[{\"path\":\"a\",\"bytes\":-1,\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\"}]", "files[0].bytes is -1; it must be at least 0")]
    [InlineData("goldenRows.tolerance", "-1", "goldenRows.tolerance is -1; it must be a number of at least 0")]
    [InlineData("goldenRows.outputs", "[]", "goldenRows.outputs is '[]'; golden rows without outputs compare nothing")]
    [InlineData("goldenRows.inputs", "null", "goldenRows.inputs is absent; it must be an array")]
    [InlineData("goldenRows.inputs.0.name", "\"\"", "goldenRows.inputs[0].name is ''; it cannot be empty")]
    [InlineData("goldenRows.inputs.0.datatype", "\"FLOAT\"", "goldenRows.inputs[0].datatype is 'FLOAT'; it must be one of BF16, BOOL, BYTES, FP16, FP32, FP64, INT16, INT32, INT64, INT8, UINT16, UINT32, UINT64, UINT8")]
    [InlineData("goldenRows.inputs.0.shape", "[2, 3]", "goldenRows.inputs[0].data is 4; the number of elements must be that of the shape [2,3]")]
    [InlineData("goldenRows.inputs.0.shape", "[-2, -2]", "goldenRows.inputs[0].shape is [-2, -2]; every dimension is at least 0")]
    [InlineData("goldenRows.inputs.0.shape", "[9223372036854775807, 9223372036854775807]", "goldenRows.inputs[0].data is 4; the number of elements must be that of the shape [9223372036854775807,9223372036854775807]")]
    [InlineData("goldenRows.inputs.0.data", "[1, 2, 3, \"x\"]", "goldenRows.inputs[0].data is '[1,2,3,\"x\"]'; element 3 is '\"x\"'; it must be a number of FP32, or 'NaN', 'Infinity' or '-Infinity'")]
    [InlineData("goldenRows.inputs.0.data", "null", "goldenRows.inputs[0].data is 'null'; the data must be a flat array")]
    public void A_field_that_breaks_a_rule_is_refused_by_name(string path, string value, string error) =>
        Assert.Equal(error, (Assert.Single(Read(With(path, value)).Errors) with { File = "" }).ToString());

    [Theory]
    [InlineData("version", "\"7\"", "version is '7'; it must be a whole number from -9223372036854775808 to 9223372036854775807")]
    [InlineData("version", "7.5", "version is 7.5; it must be a whole number from -9223372036854775808 to 9223372036854775807")]
    [InlineData("formatVersion", "null", "formatVersion is null; it must be a whole number from -2147483648 to 2147483647")]
    [InlineData("model", "{}", "model is an object; it must be text")]
    [InlineData("modell", "\"m\"", "modell: there is no such member here; there are formatVersion, model, version, description, features, featureService, outputs, files, goldenRows, metrics, origin")]
    [InlineData("features", "{}", "features is an object; it must be an array")]
    [InlineData("features.1.column", "\"first\"", "features[1].column is 'first'; it must be a whole number from -2147483648 to 2147483647")]
    [InlineData("features.1", "5", "features[1] is 5; it must be an object")]
    [InlineData("features.0.typ", "\"double\"", "features[0].typ: there is no such member here; there are name, type, input, column, default, reference, description")]
    [InlineData("outputs.0.levels.1.min", "true", "outputs[0].levels[1].min is true; it must be a number")]
    [InlineData("goldenRows.inputs.0.shape", "[2, \"2\"]", "goldenRows.inputs[0].shape[1] is '2'; it must be a whole number from -9223372036854775808 to 9223372036854775807")]
    [InlineData("metrics.auc", "\"good\"", "metrics.auc is 'good'; it must be a number")]
    [InlineData("metrics", "[]", "metrics is an array; it must be an object")]
    [InlineData("origin", "{\"trainedAt\":\"yesterday\"}", "origin.trainedAt is 'yesterday'; it must be a time like 2026-01-31T12:00:00Z")]
    [InlineData("origin", "{\"parameters\":{\"depth\":3}}", "origin.parameters.depth is 3; it must be text")]
    public void A_member_of_another_kind_or_of_no_meaning_is_refused_by_its_path(string path, string value, string error)
    {
        var refused = Assert.Single(Read(With(path, value)).Errors);
        Assert.Equal(error, (refused with { File = "", Line = 0 }).ToString());
        Assert.True(refused.Line > 0);
    }

    [Fact]
    public void What_is_no_object_or_no_json_says_so_in_words_of_the_file()
    {
        Assert.Equal("manifest.json:1:2: the file holds an array; it must be an object", Assert.Single(Read("[]").Errors).ToString());
        var broken = Assert.Single(Read("{\n \"model\": ,").Errors).ToString();
        Assert.StartsWith("manifest.json:2:", broken);
        Assert.DoesNotContain("LineNumber", broken);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("null", 0)]
    [InlineData("[]", 1)]
    [InlineData("{\n \"modell\": \"m\" }", 2)]
    [InlineData("{\n\n \"version\": \"7\" }", 3)]
    [InlineData("{ \"goldenRows\": { \"inputs\": [ { \"datatype\": 5 } ] } }", 1)]
    public void What_is_no_manifest_is_refused_with_its_line(string json, int line)
    {
        var error = Assert.Single(Read(json).Errors);
        Assert.Equal(("manifest.json", line), (error.File, error.Line));
    }

    [Fact]
    public void A_damaged_manifest_is_read_or_refused_and_never_anything_else()
    {
        var random = new Random(31);
        var original = Encoding.UTF8.GetBytes(Good);
        var refused = 0;
        for (var i = 0; i < 4000; i++)
        {
            refused += ManifestReader.Read(Mutation.Of(original, random), "m", 7).Errors.Count > 0 ? 1 : 0;
        }
        Assert.InRange(refused, 400, 3990);
    }

    private static ManifestFile Listed(string path, string content) => new()
    {
        Path = path,
        Bytes = Encoding.UTF8.GetByteCount(content),
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content))),
    };

    private IEnumerable<string> Verify(params ManifestFile[] files) =>
        ManifestReader.VerifyFiles(new ModelManifest { Files = [.. files] }, _folder.At("7"),
            TestContext.Current.CancellationToken).Select(error => (error with { File = "" }).ToString());

    [Fact]
    public void Files_must_be_the_ones_that_were_published()
    {
        _folder.Write("7/manifest.json", "");
        _folder.Write("7/model.onnx", "model");
        _folder.Write("7/data/weights", "weights");
        Assert.Empty(Verify(Listed("model.onnx", "model"), Listed("data/weights", "weights")));
        Assert.Equal(
        [
            $"files[0].sha256 is '{Listed("", "mOdel").Sha256}'; 'model.onnx' has the SHA-256 {Listed("", "model").Sha256}: it is not the file that was published",
            "files[1].bytes is 8; 'data/weights' has 7 bytes",
            "files[2].path is 'none'; the version folder has no such file",
            "files[3].path is 'data'; the version folder has no such file",
        ], Verify(Listed("model.onnx", "mOdel"), Listed("data/weights", "weights!"), Listed("none", ""), Listed("data", "")));
        Assert.Equal(["files is 'data/weights'; the version folder has this file, and the manifest does not list it"],
            Verify(Listed("model.onnx", "model")));
    }

    [Fact]
    public void A_listed_file_that_is_a_link_out_is_refused()
    {
        _folder.Write("secret", "x");
        _folder.Write("7/real", "x");
        _folder.Link("7/inside", "real");
        Assert.Empty(Verify(Listed("real", "x"), Listed("inside", "x")));
        _folder.Link("7/out", "../secret");
        Assert.Equal(["files[2].path is 'out'; a link leads out of the version folder"],
            Verify(Listed("real", "x"), Listed("inside", "x"), Listed("out", "x")));
    }

    [Fact]
    public void A_folder_that_cannot_be_read_is_an_error_and_not_a_failure()
    {
        Assert.Contains("a file cannot be read", Assert.Single(Verify()), StringComparison.Ordinal);
        _folder.Link("7/circle", "circle");
        Assert.NotEmpty(Verify());
    }
}
