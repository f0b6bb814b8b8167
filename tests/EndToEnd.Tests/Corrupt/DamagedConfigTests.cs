using System.Text;
using System.Text.RegularExpressions;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Corrupt;

/// <summary>Configurations that were damaged: a load says in which line, and never more than that happens.</summary>
public sealed partial class DamagedConfigTests(LoadingAppliance loading, ITestOutputHelper output) : IClassFixture<LoadingAppliance>
{
    private const int Mutations = 200;

    private const string Whole = """
        platform: "onnxruntime_onnx"
        max_batch_size: 8
        input [ { name: "INPUT0" data_type: TYPE_FP32 dims: [ 4 ] } ]
        output [ { name: "OUTPUT0" data_type: TYPE_FP32 dims: [ 4 ] } ]
        instance_group [ { count: 2 kind: KIND_CPU } ]
        dynamic_batching { preferred_batch_size: [ 4, 8 ] max_queue_delay_microseconds: 0 }
        version_policy { latest { num_versions: 1 } }
        parameters { key: "intra_op_thread_count" value { string_value: "1" } }
        """;

    private static readonly byte[] Model = OnnxModels.Scale(2);

    [Fact]
    public async Task The_whole_configuration_is_taken() => Assert.Null(await loading.TryModelAsync(Model, Whole));

    [Theory]
    [InlineData("max_batch_size: 8\nsequence_batching { }", "sequence_batching", 2)]
    [InlineData("max_batch_size: 8\n\nensemble_scheduling { step [ { model_name: \"x\" model_version: 1 } ] }", "ensemble_scheduling", 3)]
    [InlineData("backend: \"tensorrt\"", "backend", 1)]
    [InlineData("instance_group [ { kind: KIND_GPU } ]", "kind", 1)]
    [InlineData("max_batch_size: 8\ninput [ { name: \"INPUT0\" data_type: TYPE_FP32 dims: [ 5 ] } ]", "input[0].dims", 2)]
    [InlineData("max_batch_size: 8\ninput [ { name: \"nobody\" data_type: TYPE_FP32 dims: [ 4 ] } ]", "input[0].name", 2)]
    [InlineData("max_batch_size: 8\nmax_batch_sise: 9", "max_batch_sise", 2)]
    [InlineData("max_batch_size: \"8\"", "max_batch_size", 1)]
    public async Task What_cannot_be_honoured_is_refused_with_its_name_and_line(string config, string field, int line)
    {
        var reason = await loading.RefusalOfAsync(Model, config);
        Assert.Contains(field, reason);
        Assert.Contains($"config.pbtxt:{line}:", reason);
    }

    [Fact]
    public async Task A_damaged_configuration_is_taken_or_refused_with_a_line()
    {
        var random = new Random(Seed());
        var refused = 0;
        for (var i = 0; i < Mutations; i++)
        {
            var config = Mutate(Whole, random);
            if (await loading.TryModelAsync(Model, config) is not { } reason) continue;
            refused++;
            Assert.True(Line().IsMatch(reason), $"no line in: {reason}\n{config}");
        }
        output.WriteLine($"{refused} of {Mutations} were refused");
        Assert.True(refused > 0, "no mutation was refused: they damage nothing");
        await loading.IsUnharmedAsync();
    }

    private int Seed()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        return seed;
    }

    /// <summary>Cuts, doubles, swaps or overwrites a few characters.</summary>
    private static string Mutate(string text, Random random)
    {
        var changed = new StringBuilder(text);
        for (var n = random.Next(1, 3); n > 0; n--)
        {
            var at = random.Next(changed.Length);
            var length = Math.Min(random.Next(1, 8), changed.Length - at);
            switch (random.Next(4))
            {
                case 0: changed.Remove(at, length); break;
                case 1: changed.Insert(at, changed.ToString(at, length)); break;
                case 2: changed[at] = (char)random.Next(1, 128); break;
                default: changed.Length = Math.Max(1, at); break;
            }
        }
        return changed.ToString();
    }

    [GeneratedRegex(@"config\.pbtxt:[0-9]+:[0-9]+: ")]
    private static partial Regex Line();
}
