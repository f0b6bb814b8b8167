using System.Text;
using System.Text.Json;
using FeatureModel.Events;
using TestKit.Fuzzing;

namespace FeatureModel.Tests.Fuzzing;

/// <summary>Bodies of events, against what System.Text.Json makes of each of them as a document.</summary>
internal sealed class EventsSubject : FuzzSubject
{
    private readonly byte[] _record = new byte[1 << 16];
    private readonly List<byte[]> _records = [];

    public override IMutator Mutator { get; } = new TokenMutator(
        "\"id\"", "\"source\"", "\"type\"", "\"entity\"", "\"time\"", "\"created\"", "\"data\"", "\"2026-11-29T12:00:00Z\"", "\"2026-11-29T12:00:00.123456+08:00\"", "\"9999-12-31T23:59:60Z\"", "\"ti\\u006de\"");

    public override IReadOnlyList<byte[]> Seeds { get; } = [.. new[]
    {
        """{"id":"e1","source":"clicks","type":"click","entity":{"shopper":7,"shop":"s"},"time":"2026-11-29T12:00:00.5Z","data":{"n":1,"t":"春","d":{"a":[1,null]}}}""",
        """[{"source":"s","type":"t","entity":{"k":"\u0061"},"time":"2026-11-29T12:00:00+08:00","created":"2026-11-29T12:00:01Z","data":{}},{"source":"s","type":"t","entity":{"k":-9223372036854775808},"time":"1970-01-01T00:00:00Z","data":{"x":1e400}}]""",
        "{\"source\":\"s\",\"type\":\"t\",\"entity\":{\"k\":1},\"time\":\"2026-11-29T12:00:00Z\",\"data\":{\"a\":true}}\n{\"source\":\"s\",\"type\":\"u\",\"entity\":{\"k\":2},\"time\":\"2026-11-29T12:00:00Z\",\"data\":{\"a\":false}}\n",
    }.Select(Encoding.UTF8.GetBytes)];

    public override bool Decode(byte[] input)
    {
        _records.Clear();
        using var reader = new EventJsonReader(input, EventLimits.Default, ingestTime: 5);
        while (true)
        {
            var status = reader.Read(_record, out var written);
            if (status == EventReadStatus.Record)
            {
                _records.Add(_record[..written]);
                continue;
            }
            if (status == EventReadStatus.End) return true;
            Assert.Equal(EventReadStatus.Rejected, status);
            Assert.NotEmpty(reader.Rejection!.Rule);
            return false;
        }
    }

    public override void Check(byte[] input, bool taken)
    {
        if (!taken) return;
        var expected = Documents(input);
        Assert.Equal(expected.Count, _records.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.True(EventRecord.TryParse(_records[i], out var record));
            var written = expected[i];
            Assert.Equal(written.GetProperty("source").GetString(), Encoding.UTF8.GetString(record.Source));
            Assert.Equal(written.GetProperty("type").GetString(), Encoding.UTF8.GetString(record.Type));
            Assert.Equal(written.TryGetProperty("id", out var id) ? id.GetString() : "", Encoding.UTF8.GetString(record.GivenId));
            Assert.Equal(written.GetProperty("entity").EnumerateObject().Count(), record.EntityKeyCount);
            Assert.Equal(Micros(written.GetProperty("time")), record.EventTime);
            // To the byte, mostly: .NET compares no numbers whose exponent is beyond its own reach.
            var data = written.GetProperty("data");
            Assert.True(data.GetRawText() == Encoding.UTF8.GetString(record.Data) || JsonElement.DeepEquals(data, Parsed(record.Data.ToArray())));
        }
    }

    private static List<JsonElement> Documents(byte[] input)
    {
        var documents = new List<JsonElement>();
        var reader = new Utf8JsonReader(input, new JsonReaderOptions { AllowMultipleValues = true });
        while (reader.Read())
        {
            using var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind == JsonValueKind.Array) documents.AddRange(document.RootElement.EnumerateArray().Select(e => e.Clone()));
            else documents.Add(document.RootElement.Clone());
        }
        return documents;
    }

    private static JsonElement Parsed(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    // What .NET makes of it, where it reads it at all: leap seconds and more than seven digits are not in its reach.
    private static long Micros(JsonElement time)
    {
        var text = time.GetString()!;
        return DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var moment)
            ? (moment.UtcTicks / 10) - (DateTimeOffset.UnixEpoch.Ticks / 10)
            : FeatureModel.Events.Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out var read) ? read : -1;
    }
}
