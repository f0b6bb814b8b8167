using System.Text;
using Appliance.Inference.Repository;
using Appliance.Inference.Tests.Repository;
using Contracts.Inference;
using TestKit.Fuzzing;

namespace Appliance.Inference.Tests.Fuzzing;

/// <summary>config.pbtxt, read and validated. There is no other reader of the text format for .NET: what was read must come back from the message's own JSON.</summary>
internal sealed class ConfigTextSubject : FuzzSubject
{
    private ModelConfig? _config;

    public override IMutator Mutator { get; } = new TokenMutator(
        "name:", "input", "output", "dims", "data_type", "TYPE_FP32", "TYPE_STRING", "max_batch_size", "instance_group", "dynamic_batching", "preferred_batch_size",
        "max_queue_delay_microseconds", "priority_levels", "version_policy", "parameters", "key:", "value:", "string_value:", "model_warmup", "reshape", "shape", "KIND_CPU", "optional: true");

    public override IReadOnlyList<byte[]> Seeds { get; } = [Encoding.UTF8.GetBytes(Samples.Everything), Encoding.UTF8.GetBytes(Samples.Terse)];

    // Every error carries its place and words, and there may be one a token.
    public override long AllowedBytes(int length) => (1 << 20) + (1024L * length);

    public override bool Decode(byte[] input)
    {
        var read = ModelConfigReader.ReadText(input);
        _config = read.Value?.Config;
        if (read.Value is not { } source)
        {
            Assert.All(read.Errors, e => Assert.True(e.Line >= 1 && e.Column >= 1 && e.Rule.Length > 0, e.ToString()));
            return false;
        }
        var validated = ModelConfigValidator.Validate(source, ConfigTexts.Context());
        if (validated.Value is null) Assert.All(validated.Errors, e => Assert.True(e.Rule.Length > 0, e.ToString()));
        return true;
    }

    public override void Check(byte[] input, bool taken)
    {
        if (!taken) return;
        var json = Google.Protobuf.JsonFormatter.Default.Format(_config);
        var again = ModelConfigReader.ReadJson(json);
        Assert.True(again.Value is not null, again.Reason);
        Assert.Equal(_config, again.Value.Config);
    }
}
