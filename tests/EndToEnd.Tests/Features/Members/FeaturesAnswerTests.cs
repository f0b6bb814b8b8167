using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Rest;

namespace EndToEnd.Tests.Features.Members;

/// <summary>What the binary answers about the sample's members is what their events say, whichever way it is asked.</summary>
public sealed class FeaturesAnswerTests(MemberAppliance members)
{
    [Fact]
    public async Task All_features_of_all_members_are_what_their_events_say()
    {
        var appliance = await members.StartedAsync();
        var before = FeatureCalls.NowMicros();
        var answers = await appliance.ReadFeaturesAsync(MemberAppliance.Entity, members.Members, ActivityCheck.Features);
        var check = new ActivityCheck(members, before, FeatureCalls.NowMicros());
        Assert.Equal(4_001, answers.Length);
        foreach (var (index, answer) in answers.Index())
        {
            check.Check(members.Members[index], f => ActivityCheck.Of(answer.GetProperty(f)));
        }
        var first = answers[0].GetProperty("member_activity:visit_30d");
        Assert.Equal(check.NewestEvent(members.Members[0]), first.GetProperty("eventTime").GetString());
        Assert.Equal(JsonValueKind.Null, answers[^1].GetProperty("member_activity:visit_30d").GetProperty("eventTime").ValueKind);
    }

    [Fact]
    public async Task A_query_by_id_answers_as_a_body_does_and_without_features_with_all_views()
    {
        var appliance = await members.StartedAsync();
        foreach (var profile in members.Profiles.Where((_, i) => i % 200 == 0))
        {
            var before = FeatureCalls.NowMicros();
            var reply = await appliance.GetAsync($"/api/features?entity=member&id={profile.Member}");
            var check = new ActivityCheck(members, before, FeatureCalls.NowMicros());
            Assert.True(reply.Status == HttpStatusCode.OK, reply.Body.GetRawText());
            var data = reply.Body.GetProperty("data");
            Assert.Equal(profile.Member, data.GetProperty("entity").GetProperty("member_id").GetInt64());
            var features = data.GetProperty("features");
            Assert.Equal(ActivityCheck.Features.Length + 3, features.EnumerateObject().Count());
            check.Check(profile.Member, f => ActivityCheck.Of(features.GetProperty(f)));
            Assert.Equal(
                (profile.Tenure, profile.Band, profile.Store),
                (features.Value("member_profile:tenure_days"), features.Value("member_profile:age_band"), features.Value("member_profile:store_id")));
            var asked = await appliance.GetAsync($"/api/features?entity=member&id={profile.Member}&features=member_profile:age_band,member_activity:like_30d");
            Assert.Equal(["member_profile:age_band", "member_activity:like_30d"], asked.Body.GetProperty("data").GetProperty("features").EnumerateObject().Select(f => f.Name));
        }
    }

    [Fact]
    public async Task Feasts_http_answers_the_same_column_by_column()
    {
        var appliance = await members.StartedAsync();
        long[] asked = [.. members.Members.Where((_, i) => i % 10 == 0)];
        var before = FeatureCalls.NowMicros();
        var reply = await appliance.PostAsync(
            "/get-online-features", $$"""{"features":[{{string.Join(',', ActivityCheck.Features.Select(f => $"\"{f}\""))}}],"entities":{"member_id":[{{string.Join(',', asked)}}]},"full_feature_names":true}""");
        var check = new ActivityCheck(members, before, FeatureCalls.NowMicros());
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Body.GetRawText());
        var names = reply.Body.GetProperty("metadata").GetProperty("feature_names").EnumerateArray().Select(n => n.GetString()!).ToList();
        Assert.Equal(["member_id", .. ActivityCheck.Features.Select(f => f.Replace(":", "__"))], names);
        var columns = reply.Body.GetProperty("results").EnumerateArray().ToArray();
        Assert.Equal(asked, columns[0].GetProperty("values").EnumerateArray().Select(v => v.GetInt64()));
        foreach (var (row, member) in asked.Index())
        {
            check.Check(member, feature =>
            {
                var column = columns[names.IndexOf(feature.Replace(":", "__"))];
                var value = column.GetProperty("values")[row];
                return (value.ValueKind == JsonValueKind.Null ? null : value.GetDouble(), column.GetProperty("statuses")[row].GetString()!);
            });
        }
    }

    [Fact]
    public async Task The_command_line_lists_and_describes_what_it_applied()
    {
        var appliance = await members.StartedAsync();
        var list = await FeaturesCli.RunAsync(appliance, "list", "feature-view");
        Assert.Equal(0, list.ExitCode);
        Assert.All(["member_activity", "member_profile", "member_social"], view => Assert.Contains(view, list.Text));
        var described = await FeaturesCli.RunAsync(appliance, "describe", "feature-view", "member_social");
        Assert.Contains("like_30d + comment_30d", described.Text);
        var again = await FeaturesCli.ApplySampleAsync(appliance);
        Assert.Contains("othing", again.Text + again.Errors);
        var unknown = await FeaturesCli.RunAsync(appliance, "describe", "feature-view", "member_socials");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("did you mean 'member_social'?", unknown.Text + unknown.Errors);
    }
}
