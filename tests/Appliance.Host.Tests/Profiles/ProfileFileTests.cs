using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Appliance.Host.Profiles;
using Appliance.Inference.Onnx;
using Microsoft.Extensions.Configuration;
using TestKit;

namespace Appliance.Host.Tests.Profiles;

/// <summary>Hardware profiles: the files that come with the appliance, the schema beside them, and the reader say the same.</summary>
public sealed class ProfileFileTests
{
    private const string Whole = """
        {"$schema":"profile.schema.json","name":"two","description":"d","cores":2,"executionProviders":["cpu"],"threads":{"intraOp":1,"instances":2,"load":2},
         "memory":{"processMegabytes":4096,"featureStoreMegabytes":512},"batch":{"maxRows":128},"queue":{"maxRequests":4096,"maxConcurrentRequests":16384}}
        """;

    private static readonly JsonElement Schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "profile.schema.json"))).RootElement;

    private static string Folder
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder!.FullName, "Appliance.sln"))) folder = folder.Parent;
            return Path.Combine(folder.FullName, "hardware-profiles");
        }
    }

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)!).Where(n => n != "profile.schema").Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_passes_the_schema_and_is_named_as_it_says(string name)
    {
        var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, name + ".json"))).RootElement;
        Assert.Empty(new JsonSchema(Schema).Validate(Schema, file));
        Assert.Equal(name, file.GetProperty("name").GetString());
        Assert.Contains(name, ProfileCatalog.Names);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_profile_gives_settings_that_can_be_run_with_or_says_what_this_build_lacks(string name)
    {
        if (!ProfileCatalog.TryRead(name, out var profile, out var errors))
        {
            Assert.False(ExecutionProviders.InBuild(ExecutionProviders.Cuda));
            Assert.Contains("this build has no cuda: publish it with ACCELERATOR=cuda native-aot/publish.sh (package Microsoft.ML.OnnxRuntime.Gpu.Linux)", Assert.Single(errors));
            return;
        }
        var settings = ServerSettings.Bind(new ConfigurationBuilder().AddInMemoryCollection(profile.Settings()).Build());
        settings.Models.Repository = Path.GetTempPath();
        Assert.Empty(SettingsValidator.Check(settings));
        Assert.Equal(profile.Numbers["batch.maxRows"], settings.Models.DefaultMaxBatchSize);
        Assert.Equal(profile.ExecutionProviders, settings.Models.ExecutionProviders);
        Assert.Equal(profile.Numbers["memory.featureStoreMegabytes"] << 20, settings.Features.Store.MemoryBytes);
    }

    [Fact]
    public void Every_number_has_the_bounds_of_the_schema_and_fills_a_setting_that_exists()
    {
        var known = JsonNode.Parse(new ServerSettings().ToJson())!;
        foreach (var field in ProfileFields.All)
        {
            var (schema, owner) = (Schema, Schema);
            foreach (var part in field.Path.Split('.')) (owner, schema) = (schema, schema.GetProperty("properties").GetProperty(part));
            Assert.Equal((field.Least, field.Most), (schema.GetProperty("minimum").GetInt64(), schema.GetProperty("maximum").GetInt64()));
            Assert.Equal(field.IsRequired, owner.GetProperty("required").EnumerateArray().Any(r => r.GetString() == field.Path.Split('.')[^1]));
            Assert.Contains($"({field.Setting})", schema.GetProperty("description").GetString());
            Assert.NotNull(field.Setting.Split(':').Aggregate(known, (node, part) => node![part]!));
        }
    }

    [Fact]
    public void A_whole_file_is_read()
    {
        var profile = Read(Whole, out var errors);
        Assert.Empty(errors);
        Assert.Equal(("two", 2, 4096L), (profile!.Name, profile.Cores, profile.ProcessMegabytes));
    }

    // Each edit, the field it is about, and the words of the rule. The schema must refuse what the reader refuses.
    [Theory]
    [InlineData("cores", "0", "f.json: cores is 0; it must be a whole number from 1 to 1024")]
    [InlineData("cores", "1025", "f.json: cores is 1025; it must be a whole number from 1 to 1024")]
    [InlineData("cores", "2.5", "f.json: cores is 2.5; it must be a whole number from 1 to 1024")]
    [InlineData("cores", "\"2\"", "f.json: cores is \"2\"; it must be a whole number from 1 to 1024")]
    [InlineData("cores", "99999999999999999999", "f.json: cores is 99999999999999999999; it must be a whole number from 1 to 1024")]
    [InlineData("cores", null, "f.json: cores is missing; it must be there")]
    [InlineData("threads.instances", "65", "f.json: threads.instances is 65; it must be a whole number from 1 to 64")]
    [InlineData("threads.spin", "1", "f.json: threads.spin is not a field of a hardware profile")]
    [InlineData("thread", "{}", "f.json: thread is not a field of a hardware profile")]
    [InlineData("threads", "3", "f.json: threads is 3; it must be an object")]
    [InlineData("memory.processMegabytes", "511", "f.json: memory.processMegabytes is 511; it must be a whole number from 512 to 16777216")]
    [InlineData("name", "\"Two\"", "f.json: name is \"Two\"; it must be 1 to 64 lower-case letters")]
    [InlineData("name", null, "f.json: name is missing")]
    [InlineData("executionProviders", "[\"rocm\"]", "f.json: executionProviders is rocm; 'rocm' is not known; there are cuda, cpu")]
    [InlineData("executionProviders", "\"cpu\"", "f.json: executionProviders is \"cpu\"; it must be a list of names, at least one")]
    [InlineData("accelerators", "[{\"provider\":\"cuda\",\"model\":\"X\",\"count\":0,\"memoryMegabytes\":512}]", "f.json: accelerators[0].count is 0; it must be a whole number from 1 to 64")]
    [InlineData("accelerators", "[{\"provider\":\"cuda\",\"model\":\"X\",\"count\":1}]", "f.json: accelerators[0].memoryMegabytes is missing")]
    [InlineData("accelerators", "[{\"provider\":\"cuda\",\"model\":\"X\",\"count\":1,\"memoryMegabytes\":512,\"mig\":1}]", "f.json: accelerators[0].mig is not a field")]
    public void A_wrong_field_is_told_with_file_field_value_and_rule(string path, string? value, string error)
    {
        var json = JsonNode.Parse(Whole)!;
        var parts = path.Split('.');
        var owner = parts[..^1].Aggregate(json, (node, part) => node[part]!).AsObject();
        owner.Remove(parts[^1]);
        if (value is not null) owner[parts[^1]] = JsonNode.Parse(value);
        Assert.Null(Read(json.ToJsonString(), out var errors));
        Assert.Contains(errors, e => e.StartsWith(error, StringComparison.Ordinal));
        Assert.NotEmpty(new JsonSchema(Schema).Validate(Schema, JsonDocument.Parse(json.ToJsonString()).RootElement));
    }

    [Theory]
    [InlineData("", "f.json is no JSON that can be read here")]
    [InlineData("[]", "f.json: the file is []; it must be an object")]
    [InlineData("""{"cores":2,"cores":2}""", "f.json is no JSON that can be read here")]
    public void What_is_no_object_is_refused(string json, string error)
    {
        Assert.Null(Read(json, out var errors));
        Assert.StartsWith(error, Assert.Single(errors));
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        Assert.Null(Read("""{"cores":0,"extra":1}""", out var errors));
        Assert.True(errors.Count >= 10, string.Join('\n', errors));
    }

    [Theory]
    [InlineData(new[] { "cpu", "cuda" }, "cpu takes every node, so it comes last")]
    [InlineData(new[] { "cpu", "cpu" }, "each may be named once")]
    [InlineData(new[] { "cpu" }, null)]
    [InlineData(new string[0], null)]
    public void Providers_have_an_order(string[] providers, string? problem) => Assert.Equal(problem, ExecutionProviders.Problem(providers));

    private static HardwareProfile? Read(string json, out IReadOnlyList<string> errors) => new ProfileReader("f.json").Read(Encoding.UTF8.GetBytes(json), out errors);
}
