using System.Net;
using System.Text.Json;
using Contracts.Journal;
using Google.Protobuf;

namespace Appliance.Host.Tests.Features;

/// <summary>A json feature takes any JSON, as such or as text that holds it, which is how Feast's clients send what they have read.</summary>
public sealed class JsonFeatureTests
{
    [Theory]
    [InlineData("""{"k":1}""", """{"k":1}""")]
    [InlineData("""[1,"é"]""", """[1,"é"]""")]
    [InlineData("5", "5")]
    [InlineData("-0.50", "-0.50")]
    [InlineData("true", "true")]
    [InlineData(""" "{\"k\":1}" """, """{"k":1}""")]
    [InlineData(""" " [1, 2] " """, "[1, 2]")]
    [InlineData(""" "5" """, "5")]
    [InlineData(""" "false" """, "false")]
    [InlineData(""" "\"text\"" """, "\"text\"")]
    [InlineData(""" "{\"k\":\"\u00e9\"}" """, """{"k":"é"}""")]
    public async Task What_is_written_every_way_is_answered_as_text_that_every_way_takes_back(string sent, string json)
    {
        await using var host = await FeatureHost.StartAsync();
        Func<string, Task>[] ways =
        [
            v => FrameAsync(host, "/push", "\"push_source_name\":\"type_push\"", v),
            v => FrameAsync(host, "/write-to-online-store", "\"feature_view_name\":\"types\"", v),
            v => EventAsync(host, v),
            v => GrpcAsync(host, v),
        ];
        var written = 0;
        foreach (var way in ways)
        {
            foreach (var value in new[] { sent, $"\"{JsonEncodedText.Encode(json)}\"" })
            {
                await way("null");
                await way(value);
                await host.AppliedAsync(written += 2);
                Assert.Equal(json, await ReadAsync(host));
            }
        }
        Assert.Contains($"{{\"value\":{json},", FeatureHost.Data(await host.GetAsync("/api/features?entity=user&id=1&features=types:a_json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"hello\"", "'hello'")]
    [InlineData("\"\"", "''")]
    [InlineData("\"{\"", "'{'")]
    [InlineData("\"1 2\"", "'1 2'")]
    [InlineData("\"NaN\"", "'NaN'")]
    [InlineData("\"[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]\"", "'[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]'")]
    public async Task Text_that_holds_no_JSON_is_refused_with_the_rule(string sent, string shown)
    {
        await using var host = await FeatureHost.StartAsync();
        var rule = $"is {shown}; it must be json: an object, an array, a number, true, false, or text that holds JSON, at most 16 levels deep";
        var (status, body) = await host.PostAsync("/push", $$"""{"push_source_name":"type_push","df":{{Frame(sent)}} }""");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, $"df.a_json[0] {rule}"), (status, JsonDocument.Parse(body).RootElement.GetProperty("detail").GetString()));
        (status, body) = await host.PostAsync("/api/events", Event(sent));
        Assert.Equal((HttpStatusCode.BadRequest, $"event.data.a_json {rule}"), (status, JsonDocument.Parse(body).RootElement.GetProperty("message").GetString()));
    }

    // Every column null but the one.
    private static string Frame(string json) => TypedRow.Nulls.Replace("\"user_id\":[2],\"event_timestamp\":[\"2025-01-30T10:00:00Z\"]", "\"user_id\":[1]", StringComparison.Ordinal)
        .Replace("\"a_json\":[null]", $"\"a_json\":[{json}]", StringComparison.Ordinal);

    private static string Event(string json)
    {
        var columns = JsonDocument.Parse(Frame(json)).RootElement.EnumerateObject().Where(c => c.Name != "user_id").Select(c => $"\"{c.Name}\":{c.Value[0].GetRawText()}");
        return $$"""{"source":"type_push","type":"row","id":"{{Guid.NewGuid()}}","entity":{"user_id":1},"time":"2025-01-31T00:00:00Z","data":{ {{string.Join(',', columns)}} } }""";
    }

    private static async Task FrameAsync(FeatureHost host, string path, string name, string json)
    {
        var (status, body) = await host.PostAsync(path, $"{{{name},\"df\":{Frame(json)}}}");
        Assert.True(status == HttpStatusCode.OK, body);
    }

    private static async Task EventAsync(FeatureHost host, string json)
    {
        var (status, body) = await host.PostAsync("/api/events", Event(json));
        Assert.True(status == HttpStatusCode.OK, body);
    }

    private static async Task GrpcAsync(FeatureHost host, string json)
    {
        using var call = new Journal.JournalClient(host.Channel).Append(cancellationToken: TestContext.Current.CancellationToken);
        await call.RequestStream.WriteAsync(new AppendRequest { Json = ByteString.CopyFromUtf8(Event(json)) }, TestContext.Current.CancellationToken);
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.True(call.ResponseStream.Current.Status == AppendStatus.Appended, call.ResponseStream.Current.Error);
    }

    private static async Task<string?> ReadAsync(FeatureHost host)
    {
        var (_, body) = await host.PostAsync("/get-online-features", """{"features":["types:a_json"],"entities":{"user_id":[1]}}""");
        return JsonDocument.Parse(body).RootElement.GetProperty("results")[1].GetProperty("values")[0].GetString();
    }
}
