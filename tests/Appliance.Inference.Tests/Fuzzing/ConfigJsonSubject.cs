using System.Text;
using Appliance.Inference.Repository;
using Contracts.Inference;
using Google.Protobuf;
using TestKit.Fuzzing;

namespace Appliance.Inference.Tests.Fuzzing;

/// <summary>The JSON of a load request's configuration, against Google.Protobuf's own reader.</summary>
internal sealed class ConfigJsonSubject : FuzzSubject
{
    private ModelConfig? _config;

    public override IMutator Mutator { get; } = new TokenMutator(
        "\"name\"", "\"max_batch_size\"", "\"maxBatchSize\"", "\"input\"", "\"dims\"", "\"data_type\"", "\"TYPE_FP32\"", "\"instance_group\"", "\"count\"", "\"kind\"", "\"KIND_CPU\"", "\"parameters\"",
        "\"string_value\"", "\"dynamic_batching\"", "\"preferred_batch_size\"", "\"version_policy\"", "\"latest\"", "\"all\"");

    public override IReadOnlyList<byte[]> Seeds { get; } = [.. new[]
    {
        """{"name":"m","max_batch_size":8,"input":[{"name":"x","data_type":"TYPE_FP32","dims":["-1",4]}],"output":[{"name":"y","dataType":"TYPE_STRING","dims":[1],"reshape":{"shape":[]}}]}""",
        """{"instance_group":[{"count":2,"kind":"KIND_CPU"}],"dynamic_batching":{"preferred_batch_size":[4,8],"max_queue_delay_microseconds":"100","priority_queue_policy":{"1":{"max_queue_size":3}}},"version_policy":{"specific":{"versions":[1]}},"parameters":{"a":{"string_value":"b"}}}""",
    }.Select(Encoding.UTF8.GetBytes)];

    public override long AllowedBytes(int length) => (1 << 20) + (1024L * length);

    public override bool Decode(byte[] input)
    {
        var read = ModelConfigReader.ReadJson(Encoding.UTF8.GetString(input));
        _config = read.Value?.Config;
        if (_config is null) Assert.All(read.Errors, e => Assert.True(e.Rule.Length > 0));
        return _config is not null;
    }

    public override void Check(byte[] input, bool taken)
    {
        if (taken) Assert.Equal(JsonParser.Default.Parse<ModelConfig>(Encoding.UTF8.GetString(input)), _config);
    }
}
