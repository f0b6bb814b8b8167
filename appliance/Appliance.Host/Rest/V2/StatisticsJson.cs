using System.Text.Json;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Statistics;

namespace Appliance.Host.Rest.V2;

/// <summary>A version's counters as an element of the protocol's <c>model_stats</c>. Counts and nanoseconds are JSON numbers.</summary>
internal static class StatisticsJson
{
    public static void Write(Utf8JsonWriter json, ServingModel model)
    {
        var statistics = model.Statistics;
        json.WriteStartObject();
        json.WriteString("name"u8, model.Name);
        json.WriteString("version"u8, model.VersionText);
        json.WriteNumber("last_inference"u8, statistics.LastInferenceMs);
        json.WriteNumber("inference_count"u8, statistics.RowCount);
        json.WriteNumber("execution_count"u8, statistics.ExecutionCount);
        json.WriteStartObject("inference_stats"u8);
        Write(json, "success"u8, statistics.Success);
        Write(json, "fail"u8, statistics.Failure);
        Write(json, "queue"u8, statistics.Queue);
        Write(json, "compute_input"u8, statistics.ComputeInput);
        Write(json, "compute_infer"u8, statistics.ComputeInfer);
        Write(json, "compute_output"u8, statistics.ComputeOutput);
        Write(json, "cache_hit"u8, 0, 0);
        Write(json, "cache_miss"u8, 0, 0);
        json.WriteEndObject();
        json.WriteStartObject("response_stats"u8);
        json.WriteEndObject();
        json.WriteStartArray("batch_stats"u8);
        foreach (var size in statistics.BatchSizes)
        {
            json.WriteStartObject();
            json.WriteNumber("batch_size"u8, size.Rows);
            Write(json, "compute_input"u8, size.Input);
            Write(json, "compute_infer"u8, size.Infer);
            Write(json, "compute_output"u8, size.Output);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("memory_usage"u8);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, DurationSum sum) => Write(json, name, sum.Count, sum.Nanoseconds);

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, long count, long nanoseconds)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count"u8, count);
        json.WriteNumber("ns"u8, nanoseconds);
        json.WriteEndObject();
    }
}
