using System.Text.Json;
using EndToEnd.Tests.Business;
using EndToEnd.Tests.Clients;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Features.Members;

/// <summary>Debian's python3-grpcio, with stubs that it generates itself, reads what the events say over Feast's gRPC service.</summary>
public sealed class PythonFeastTests(MemberAppliance members)
{
    private static readonly string[] Protos = ["feast/value.proto", "feast/serving.proto", "scoring.proto"];

    [Fact]
    public async Task A_client_that_nobody_here_wrote_gets_what_the_events_say()
    {
        var appliance = await members.StartedAsync();
        using var stubs = new TestKit.TemporaryFolder();
        var protos = Path.Combine(RepositoryRoot.Path, "contracts/protos");
        await Python.CompileAsync(protos, [$"--python_out={stubs.Path}", $"--grpc_python_out={stubs.Path}", .. Protos.Select(p => Path.Combine(protos, p))]);
        long[] asked = [.. members.Members.Where((_, i) => i % 20 == 0)];

        var before = FeatureCalls.NowMicros();
        var said = JsonDocument.Parse(await Python.RunScriptAsync(
            "features_client.py", stubs.Path, $"{appliance.GrpcPort}", JsonSerializer.Serialize(ActivityCheck.Features), JsonSerializer.Serialize(asked))).RootElement;
        var check = new ActivityCheck(members, before, FeatureCalls.NowMicros());

        Assert.NotEmpty(said.GetProperty("version").GetString()!);
        Assert.Equal(["member_id", .. ActivityCheck.Features.Select(f => f.Replace(":", "__"))], said.GetProperty("names").EnumerateArray().Select(n => n.GetString()));
        var rows = said.GetProperty("rows").EnumerateArray().ToArray();
        Assert.Contains(MemberAppliance.Nobody, asked);
        foreach (var (row, member) in asked.Index())
        {
            Assert.Equal(member, rows[row].GetProperty("member_id")[0].GetInt64());
            check.Check(member, feature =>
            {
                var value = rows[row].GetProperty(feature.Replace(":", "__"));
                return (value[0].ValueKind == JsonValueKind.Null ? null : value[0].GetDouble(), value[1].GetString()!);
            });
            var newest = members.EventsOf(member).Select(e => e.TimeMicros).DefaultIfEmpty().Max();
            Assert.Equal(newest / 1_000_000, rows[row].GetProperty("member_activity__visit_30d")[2].GetInt64());
        }
        CheckService(said, rows);
        CheckRefusals(said);
        CheckScore(said);
    }

    private static void CheckService(JsonElement said, JsonElement[] rows)
    {
        var (names, columns) = (said.GetProperty("service")[0], said.GetProperty("service")[1]);
        Assert.Equal(["member_id", "member_activity__consumption_amount", "member_activity__share_count", "member_social__social_interaction_score"], names.EnumerateArray().Select(n => n.GetString()));
        foreach (var (column, name) in names.EnumerateArray().Select(n => n.GetString()!).Index())
        {
            Assert.Equal(rows.Take(2).Select(r => r.GetProperty(name)[0].GetDouble()), columns[column].EnumerateArray().Select(v => v.GetDouble()));
        }
    }

    private static void CheckRefusals(JsonElement said)
    {
        Assert.Equal("""["NOT_FOUND", "features[0] is 'member_activities:visit_30d'; there is no feature view 'member_activities'; did you mean 'member_activity'?"]""", said.GetProperty("unknown_view").GetRawText());
        Assert.Equal("""["NOT_FOUND", "feature service is 'koc_potentials'; there is none of that name; did you mean 'koc_potential'?"]""", said.GetProperty("unknown_service").GetRawText());
        Assert.Equal("""["INVALID_ARGUMENT", "entities.member_id[0] is '1'; it must be int64"]""", said.GetProperty("wrong_key").GetRawText());
    }

    private static void CheckScore(JsonElement said)
    {
        var features = said.GetProperty("score")[1].EnumerateArray().Select(f => (Name: f[0].GetString(), Source: f[1].GetString(), Value: f[2].GetDouble())).ToArray();
        Assert.Equal(["consumption_amount", "share_count", "social_interaction_score"], features.Select(f => f.Name));
        Assert.All(features, f => Assert.Equal("FEATURE_SOURCE_STORED", f.Source));
        Assert.Equal(BusinessModels.KocScore(features[0].Value, features[1].Value, features[2].Value), said.GetProperty("score")[0].GetDouble(), 1e-6);
    }
}
