using System.Globalization;
using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Rest;

/// <summary>An answer taken apart as clients do: the JSON, and the bytes of the tensors behind it.</summary>
/// <param name="JsonLength">The answer's Inference-Header-Content-Length; null where it has none.</param>
internal sealed record RestReply(HttpStatusCode Status, JsonElement Body, int? JsonLength, string? ContentType, byte[] Tensors)
{
    public const string LengthHeader = "Inference-Header-Content-Length";

    public static async Task<RestReply> ReadAsync(HttpResponseMessage response)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync();
        int? length = response.Headers.TryGetValues(LengthHeader, out var values) ? int.Parse(values.Single(), CultureInfo.InvariantCulture) : null;
        var json = JsonDocument.Parse(bytes.AsMemory(0, length ?? bytes.Length)).RootElement;
        return new RestReply(response.StatusCode, json, length, response.Content.Headers.ContentType?.MediaType, bytes[(length ?? bytes.Length)..]);
    }

    /// <summary>The protocol's error sentence; fails the test unless the body is nothing but it.</summary>
    public string Error()
    {
        var member = Assert.Single(Body.EnumerateObject());
        Assert.Equal("error", member.Name);
        return member.Value.GetString()!;
    }

    /// <summary>The outputs of an inference, whichever way each of them travelled; every byte behind the JSON belongs to one.</summary>
    public IReadOnlyList<TensorValue> Outputs()
    {
        Assert.True(Status == HttpStatusCode.OK, $"{Status}: {Body}");
        var at = 0;
        var outputs = new List<TensorValue>();
        foreach (var output in Body.GetProperty("outputs").EnumerateArray())
        {
            var (name, datatype) = (output.GetProperty("name").GetString()!, output.GetProperty("datatype").GetString()!);
            long[] shape = [.. output.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())];
            if (output.TryGetProperty("data", out var data))
            {
                Assert.All(data.EnumerateArray(), element => Assert.NotEqual(JsonValueKind.Array, element.ValueKind));
                outputs.Add(new TensorValue(name, datatype, shape, JsonTensor.Raw(datatype, data)));
                continue;
            }
            var size = output.GetProperty("parameters").GetProperty("binary_data_size").GetInt32();
            outputs.Add(new TensorValue(name, datatype, shape, Tensors[at..(at += size)]));
        }
        Assert.Equal(at, Tensors.Length);
        return outputs;
    }
}
