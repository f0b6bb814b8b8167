using System.Text.Json;
using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;

namespace Appliance.Host.Rest.V2;

/// <summary>Why a version's batches were closed, how large they were, and what waits now: what <c>/v2/models/{m}/batches</c> answers.</summary>
internal static class BatchesJson
{
    private static readonly BatchClose[] Reasons = Enum.GetValues<BatchClose>();

    public static void Write(Utf8JsonWriter json, ServingModel model, TimeProvider time)
    {
        var statistics = model.Statistics;
        var batches = statistics.ExecutionCount;
        json.WriteStartObject();
        json.WriteString("name"u8, model.Name);
        json.WriteString("version"u8, model.VersionText);
        json.WriteNumber("max_batch_size"u8, model.Signature.MaxBatchSize);
        WriteQueue(json, model.Batcher, time);
        json.WriteNumber("batches"u8, batches);
        json.WriteNumber("rows"u8, statistics.RowCount);
        json.WriteNumber("mean_rows"u8, batches == 0 ? 0 : (double)statistics.RowCount / batches);
        json.WriteStartObject("closed_by"u8);
        foreach (var reason in Reasons) json.WriteNumber(NameOf(reason), statistics.ClosedBy(reason));
        json.WriteEndObject();
        json.WriteStartArray("by_rows"u8);
        foreach (var size in statistics.BatchSizes)
        {
            json.WriteStartObject();
            json.WriteNumber("rows"u8, size.Rows);
            json.WriteNumber("batches"u8, size.Infer.Count);
            json.WriteNumber("mean_infer_us"u8, size.Infer.Count == 0 ? 0 : size.Infer.Nanoseconds / 1e3 / size.Infer.Count);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteQueue(Utf8JsonWriter json, DynamicBatcher batcher, TimeProvider time)
    {
        var (count, oldest) = batcher.Queue;
        json.WriteStartObject("queue"u8);
        json.WriteNumber("depth"u8, count);
        json.WriteNumber("oldest_us"u8, count == 0 ? 0 : time.GetElapsedTime(oldest).TotalMicroseconds);
        json.WriteEndObject();
    }

    private static string NameOf(BatchClose reason) => reason switch
    {
        BatchClose.Full => "full",
        BatchClose.Preferred => "preferred",
        BatchClose.InstanceFree => "instance_free",
        BatchClose.ShapeChange => "shape_change",
        BatchClose.NoRoom => "no_room",
        BatchClose.Inline => "inline",
        BatchClose.Unbatched => "unbatched",
        BatchClose.QueueDelay => "queue_delay",
        _ => throw new System.Diagnostics.UnreachableException($"reason {reason}"),
    };
}
