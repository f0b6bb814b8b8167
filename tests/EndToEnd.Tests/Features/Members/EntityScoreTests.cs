using System.Net;
using System.Text.Json;
using Contracts.Scoring;
using EndToEnd.Tests.Business;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Rest;

namespace EndToEnd.Tests.Features.Members;

/// <summary>A member's id alone is scored as its features are when somebody reads and sends them.</summary>
public sealed class EntityScoreTests(MemberAppliance members)
{
    private const string Path = $"/api/predict/{BusinessModels.Koc}";

    private static readonly (string Name, string Reference)[] Inputs =
    [
        ("consumption_amount", "member_activity:consumption_amount"), ("share_count", "member_activity:share_count"), ("social_interaction_score", "member_social:social_interaction_score"),
    ];

    private long[] Asked => [.. members.Members.Where((_, i) => i % 50 == 3)];

    [Fact]
    public async Task An_id_alone_scores_as_its_features_do_over_rest()
    {
        var appliance = await members.StartedAsync();
        var stored = await appliance.ReadFeaturesAsync(MemberAppliance.Entity, Asked, [.. Inputs.Select(i => i.Reference)]);
        var byId = await RowsAsync(appliance, $"[{string.Join(',', Asked.Select(m => $$"""{"entity":{"member_id":{{m}} } }"""))}]");
        var byUser = await RowsAsync(appliance, $"[{string.Join(',', Asked.Select(m => $$"""{"userId":{{m}}}"""))}]");
        var byHand = await RowsAsync(appliance, $"[{string.Join(',', stored.Select(f => $$"""{"features":{ {{string.Join(',', Inputs.Select(i => $"\"{i.Name}\":{f.Value(i.Reference)}"))}} } }"""))}]");
        Assert.Equal(Asked.Length, byHand.Length);
        Assert.Equal(byHand, byId);
        Assert.Equal(byHand, byUser);
        // As the model is defined, from the events themselves.
        foreach (var (row, member) in Asked.Index())
        {
            var expected = ExpectedActivity.At(FeatureCalls.NowMicros(), members.EventsOf(member));
            double Of(int input) => expected[Inputs[input].Reference]!.Value;
            Assert.Equal(BusinessModels.KocScore(Of(0), Of(1), Of(2)), JsonDocument.Parse(byId[row]).RootElement.GetProperty("koc_potential").GetDouble(), 1e-6);
        }
    }

    [Fact]
    public async Task An_id_alone_scores_the_same_over_grpc()
    {
        var appliance = await members.StartedAsync();
        var overRest = await RowsAsync(appliance, $"[{string.Join(',', Asked.Select(m => $$"""{"userId":{{m}}}"""))}]");
        var request = new ScoreRequest { Model = BusinessModels.Koc };
        foreach (var member in Asked) request.Rows.Add(new FeatureRow { Entity = { ["member_id"] = new EntityKeyValue { Int64Value = member } } });
        var reply = await new Scoring.ScoringClient(appliance.Channel).ScoreAsync(request, deadline: ApplianceCalls.Deadline);
        Assert.Equal(
            overRest.Select(r => JsonDocument.Parse(r).RootElement).Select(r => ((float)r.GetProperty("koc_potential").GetDouble(), r.GetProperty("level").GetString())),
            reply.Rows.Select(r => ((float)r.Scores[0].DoubleValue, (string?)r.Scores[0].Level)));
    }

    [Fact]
    public async Task A_feature_of_the_request_goes_before_the_stored_one_and_the_explanation_says_so()
    {
        var appliance = await members.StartedAsync();
        var member = Asked[0];
        var stored = (await appliance.ReadFeaturesAsync(MemberAppliance.Entity, [member], [.. Inputs.Select(i => i.Reference)]))[0];
        var reply = await appliance.PostAsync(Path, $$"""{"userId":{{member}},"features":{"share_count":10},"explain":true}""");
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Body.GetRawText());
        var data = reply.Body.GetProperty("data");
        double Of(int input) => stored.GetProperty(Inputs[input].Reference).GetProperty("value").GetDouble();
        Assert.Equal(BusinessModels.KocScore(Of(0), 10, Of(2)), data.GetProperty("koc_potential").GetDouble(), 1e-6);
        var features = data.GetProperty("features");
        Assert.Equal("""{"source":"given"}""", features.GetProperty("share_count").GetRawText());
        Assert.Equal("stored", features.GetProperty("consumption_amount").GetProperty("source").GetString());
        Assert.Equal(Of(0), features.GetProperty("consumption_amount").GetProperty("value").GetDouble());
        Assert.Equal(
            stored.GetProperty(Inputs[0].Reference).GetProperty("eventTime").GetString(), features.GetProperty("consumption_amount").GetProperty("eventTime").GetString());
        Assert.Equal("stored", features.GetProperty("social_interaction_score").GetProperty("source").GetString());

        var score = await new Scoring.ScoringClient(appliance.Channel).ScoreAsync(
            new ScoreRequest
            {
                Model = BusinessModels.Koc,
                Explain = true,
                Rows = { new FeatureRow { Entity = { ["member_id"] = new EntityKeyValue { Int64Value = member } }, Features = { ["share_count"] = new FeatureValue { DoubleValue = 10 } } } },
            },
            deadline: ApplianceCalls.Deadline);
        Assert.Equal([FeatureSource.Stored, FeatureSource.Given, FeatureSource.Stored], score.Rows[0].Features.Select(f => f.Source));
        Assert.Equal(data.GetProperty("koc_potential").GetSingle(), (float)score.Rows[0].Scores[0].DoubleValue);
    }

    [Fact]
    public async Task A_member_that_nothing_is_known_of_is_scored_with_the_definitions_defaults()
    {
        var appliance = await members.StartedAsync();
        var reply = await appliance.PostAsync(Path, $$"""{"entity":{"member_id":{{MemberAppliance.Nobody}}},"explain":true}""");
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Body.GetRawText());
        Assert.Equal(BusinessModels.KocScore(0, 0, 0), reply.Body.GetProperty("data").GetProperty("koc_potential").GetDouble(), 1e-6);
        Assert.All(
            reply.Body.GetProperty("data").GetProperty("features").EnumerateObject(), f => Assert.Equal("""{"source":"defaulted","value":0}""", f.Value.GetRawText()));
    }

    [Theory]
    [InlineData("""{"entity":{"member_id":"x"}}""", "entity.member_id is \"x\"; it must be a whole number of 64 bits", "entity.member_id")]
    [InlineData("""{"entity":{"member":1}}""", "entity.member is no key of feature service 'koc_potential'; known are member_id", "entity.member")]
    [InlineData("""{"entity":{}}""", "entity.member_id is missing; feature service 'koc_potential' needs it", "entity.member_id")]
    [InlineData("""[{"userId":1},{"entity":7}]""", "[1].entity is 7; it must be an object of join keys and values", "[1].entity")]
    public async Task An_entity_that_is_none_is_told_what_is_wrong(string body, string sentence, string field)
    {
        var appliance = await members.StartedAsync();
        var reply = await appliance.PostAsync(Path, body);
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.StartsWith(sentence, reply.Body.GetProperty("message").GetString());
        Assert.Equal(field, reply.Body.GetProperty("field").GetString());
    }

    private static async Task<string[]> RowsAsync(ApplianceProcess appliance, string body)
    {
        var reply = await appliance.PostAsync(Path, body);
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Body.GetRawText());
        return [.. reply.Body.GetProperty("data").EnumerateArray().Select(r => r.GetRawText())];
    }
}
