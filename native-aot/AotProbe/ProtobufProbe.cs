using System.Text;
using Appliance.Inference.Repository;
using Contracts.Inference;
using Google.Protobuf;

namespace AotProbe;

/// <summary>Generated messages in binary and JSON, and the text-format parser, which sets fields through descriptors.</summary>
internal static class ProtobufProbe
{
    private const string Text = """
        name: "m" max_batch_size: 8
        input [ { name: "x" data_type: TYPE_FP32 dims: [ 3, -1 ] } ]
        output { name: "y" data_type: TYPE_STRING dims: [ 1 ] }
        version_policy { specific { versions: [ 1, 3 ] } }
        instance_group [ { count: 2 kind: KIND_CPU } ]
        parameters { key: "intra_op_thread_count" value { string_value: "1" } }
        optimization { graph { level: 1 } }
        dynamic_batching { preferred_batch_size: [ 4 ] default_queue_policy { max_queue_size: 7 } }
        """;

    public static Task RunAsync()
    {
        if (!ModelConfigReader.ReadText(Encoding.UTF8.GetBytes(Text)).TryGet(out var source)) throw new InvalidOperationException("the text was refused");
        var config = source.Config;
        Expect.Equal(-1L, config.Input[0].Dims[1], "dims");
        Expect.Equal(DataType.TypeString, config.Output[0].DataType, "data_type");
        Expect.Equal(3L, config.VersionPolicy.Specific.Versions[1], "versions");
        Expect.Equal("1", config.Parameters["intra_op_thread_count"].StringValue, "parameters");
        Expect.Equal(7u, config.DynamicBatching.DefaultQueuePolicy.MaxQueueSize, "max_queue_size");
        Expect.Equal(config, ModelConfig.Parser.ParseFrom(config.ToByteArray()), "binary");
        Expect.Equal(config, JsonParser.Default.Parse<ModelConfig>(JsonFormatter.Default.Format(config)), "JSON");
        if (!ModelConfigReader.ReadJson(JsonFormatter.Default.Format(config)).TryGet(out var again)) throw new InvalidOperationException("the JSON was refused");
        Expect.Equal(config, again.Config, "JSON by the reader");
        return Task.CompletedTask;
    }
}
