using System.Globalization;
using System.Text;
using Appliance.Features.Reading;
using Contracts.Feast;
using FeatureModel.Definitions;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Value = Contracts.Feast.Value;

namespace Appliance.Host.Tests.Features;

/// <summary>Columns of floats, which are written together where all rows have a value and one by one where they do not: the bytes are the generated message's.</summary>
public sealed class FloatColumnTests
{
    // More than the 64 that one word of null bits has.
    private const int Features = 70;
    // More than are written by runs of columns.
    private const int Entities = 70;
    private const int Seed = 11;

    private static readonly int[] Asked = [1, 2, 9, 64, 65, Entities];

    private static readonly DateTimeOffset Fresh = FeatureHost.Now.AddHours(-1).AddMilliseconds(250);
    private static readonly DateTimeOffset Old = FeatureHost.Now.AddDays(-3);

    public static TheoryData<string, Func<Random, int, bool>, Func<int, bool>, Func<int, bool>> Stored => new()
    {
        { "all rows alike", (_, _) => true, _ => true, _ => false },
        { "alike and too old", (_, _) => true, _ => true, _ => true },
        { "nulls in some columns", (random, feature) => feature % 3 != 0 || random.Next(2) == 0, _ => true, _ => false },
        { "columns without any value", (_, feature) => feature is not (0 or 63 or 64 or 69), _ => true, _ => false },
        { "rows missing", (_, _) => true, id => id % 7 != 0, _ => false },
        { "no row", (_, _) => true, _ => false, _ => false },
        { "some too old", (_, _) => true, _ => true, id => id % 2 == 0 },
        { "anything", (random, _) => random.Next(10) > 0, id => id % 9 != 0, id => id % 5 == 0 },
    };

    [Theory]
    [MemberData(nameof(Stored))]
    public async Task Every_value_status_and_time_is_that_of_its_row(string what, Func<Random, int, bool> hasValue, Func<int, bool> isThere, Func<int, bool> isOld)
    {
        Assert.NotEmpty(what);
        await using var host = await FeatureHost.StartAsync(Definitions());
        var random = new Random(Seed);
        var ids = Enumerable.Range(1, Entities).Where(isThere).ToArray();
        var values = ids.ToDictionary(id => id, _ => Enumerable.Range(0, Features).Select(f => hasValue(random, f) ? (float?)random.NextSingle() : null).ToArray());
        if (ids.Length > 0) await host.PushAsync("vectors", Frame(ids, values, isOld), ids.Length);
        var client = new ServingService.ServingServiceClient(host.Channel);
        var counted = new long[5];
        foreach (var (from, count) in Asked.Select(n => (1, n)).Append((8, 1)).Append((Entities, 1)))
        {
            var asked = Enumerable.Range(from, count).ToArray();
            var request = new GetOnlineFeaturesRequest
            {
                Features = new FeatureList { Val = { "vector" } },
                Entities = { ["user_id"] = new RepeatedValue { Val = { asked.Select(id => new Value { Int64Val = id }) } } },
            };
            var reply = await client.GetOnlineFeaturesAsync(request, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(Features + 1, reply.Results.Count);
            for (var feature = 0; feature < Features; feature++) Assert.Equal(Expected(feature, asked, values, isOld), reply.Results[feature + 1]);
            Assert.Equal(reply, GetOnlineFeaturesResponse.Parser.ParseFrom(reply.ToByteArray()));
            foreach (var status in reply.Results.Skip(1).SelectMany(r => r.Statuses)) counted[(int)status]++;
        }
        Assert.Equal(counted[(int)FieldStatus.Present], host.Platform.Reads.ValuesOf("vector", FeatureStatus.Present));
        Assert.Equal(counted[(int)FieldStatus.NullValue], host.Platform.Reads.ValuesOf("vector", FeatureStatus.NullValue));
        Assert.Equal(counted[(int)FieldStatus.NotFound], host.Platform.Reads.ValuesOf("vector", FeatureStatus.NotFound));
        Assert.Equal(counted[(int)FieldStatus.OutsideMaxAge], host.Platform.Reads.ValuesOf("vector", FeatureStatus.OutsideMaxAge));
    }

    private static GetOnlineFeaturesResponse.Types.FeatureVector Expected(int feature, int[] ids, Dictionary<int, float?[]> values, Func<int, bool> isOld)
    {
        var column = new GetOnlineFeaturesResponse.Types.FeatureVector();
        foreach (var id in ids)
        {
            var isThere = values.TryGetValue(id, out var row);
            column.Values.Add(row?[feature] is { } value ? new Value { FloatVal = value } : new Value());
            var present = isOld(id) ? FieldStatus.OutsideMaxAge : FieldStatus.Present;
            column.Statuses.Add(!isThere ? FieldStatus.NotFound : row![feature] is null ? FieldStatus.NullValue : present);
            column.EventTimestamps.Add(!isThere ? new Timestamp() : Timestamp.FromDateTimeOffset(isOld(id) ? Old : Fresh));
        }
        return column;
    }

    private static string Frame(int[] ids, Dictionary<int, float?[]> values, Func<int, bool> isOld)
    {
        var text = new StringBuilder("{\"user_id\":[").AppendJoin(',', ids).Append("],\"event_timestamp\":[");
        text.AppendJoin(',', ids.Select(id => $"\"{(isOld(id) ? Old : Fresh):yyyy-MM-dd'T'HH:mm:ss.fff'Z'}\"")).Append(']');
        for (var feature = 0; feature < Features; feature++)
        {
            var column = ids.Select(id => values[id][feature]?.ToString("R", CultureInfo.InvariantCulture) ?? "null");
            text.Append(CultureInfo.InvariantCulture, $",\"f{feature}\":[").AppendJoin(',', column).Append(']');
        }
        return text.Append('}').ToString();
    }

    private static FeatureDefinitions Definitions()
    {
        var columns = string.Join(",", Enumerable.Range(0, Features).Select(i => $$"""{"name":"f{{i}}","type":"float"}"""));
        var json =
            $$"""
            {"entities":[{"name":"user","joinKeys":[{"name":"user_id","type":"int64"}]}],
            "sources":[{"name":"vectors","kind":"push","fields":[{{columns}}]}],
            "featureViews":[{"name":"vector","kind":"batch","entities":["user"],"source":"vectors","ttl":"1d","features":[{{columns}}]}]}
            """;
        var read = DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes(json), "test");
        Assert.Empty(read.Errors);
        return read.Definitions;
    }
}
