using System.Globalization;
using System.Text.Json;

namespace Compare.Servers;

/// <summary>How many rows a model has scored and in how many runs, over all its versions.</summary>
internal readonly record struct ModelCounts(long Inferences, long Executions)
{
    /// <summary>Reads the answer of <c>GET /v2/models/M/stats</c>.</summary>
    public static ModelCounts Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var total = default(ModelCounts);
        foreach (var version in document.RootElement.GetProperty("model_stats").EnumerateArray())
        {
            total = new(total.Inferences + Whole(version, "inference_count"), total.Executions + Whole(version, "execution_count"));
        }
        return total;
    }

    /// <summary>Mean rows a run since an earlier reading; 1 where nothing ran.</summary>
    public double MeanBatchSince(ModelCounts earlier) =>
        Executions == earlier.Executions ? 1 : (double)(Inferences - earlier.Inferences) / (Executions - earlier.Executions);

    // Protobuf's own JSON writes 64-bit numbers as strings, and leaves out zeros.
    private static long Whole(JsonElement version, string name) => !version.TryGetProperty(name, out var value) ? 0
        : value.ValueKind == JsonValueKind.String ? long.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetInt64();
}
