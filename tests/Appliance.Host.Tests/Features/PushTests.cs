using System.Net;
using System.Text.Json;

namespace Appliance.Host.Tests.Features;

public sealed class PushTests
{
    [Fact]
    public async Task Rows_that_were_pushed_can_be_read()
    {
        await using var host = await FeatureHost.StartAsync();
        Assert.Equal((HttpStatusCode.OK, "null"), await host.PostAsync("/push", """{"push_source_name":"score_push","df":{"user_id":[1],"event_timestamp":["2025-01-30 10:59:42+00:00"],"created":["2025-01-30 11:00:00"],"score":[1],"a_string":["x"],"extra":[true]},"to":"online_and_offline","allow_registry_cache":true,"transform_on_write":true}"""));
        await host.AppliedAsync(1);
        Assert.Contains("""{"value":1,"eventTime":"2025-01-30T10:59:42Z","status":"PRESENT"}""", FeatureHost.Data(await host.GetAsync("/api/features?entity=user&id=1&features=score:score")));
    }

    [Fact]
    public async Task Rows_for_a_view_go_through_its_source()
    {
        await using var host = await FeatureHost.StartAsync();
        Assert.Equal((HttpStatusCode.OK, "null"), await host.PostAsync("/write-to-online-store", """{"feature_view_name":"place","df":{"shop_code":["A"],"area":[2]}}"""));
        await host.AppliedAsync(1);
        Assert.Contains("""{"value":2,"eventTime":"2025-01-31T00:00:00Z","status":"PRESENT"}""", FeatureHost.Data(await host.GetAsync("/api/features?entity=shop&id=A")));
    }

    [Fact]
    public async Task Of_one_event_time_the_row_that_was_created_last_counts()
    {
        await using var host = await FeatureHost.StartAsync();
        const string Times = """ "event_timestamp":["2025-01-30T00:00:00Z"],"a_string":["x"] """;
        await host.PushAsync("score_push", $$"""{"user_id":[1],"score":[2],"created":["2025-01-30T09:00:00Z"],{{Times}}}""", 1);
        await host.PushAsync("score_push", $$"""{"user_id":[1],"score":[1],"created":["2025-01-30T08:00:00Z"],{{Times}}}""", 1);
        Assert.Contains("\"value\":2", FeatureHost.Data(await host.GetAsync("/api/features?entity=user&id=1&features=score:score")));
    }

    [Fact]
    public async Task What_pandas_has_for_missing_values_and_whole_numbers_is_taken()
    {
        await using var host = await FeatureHost.StartAsync();
        await host.PushAsync("pair_push", """{"shop_code":["NaN","b"],"user_id":[1.0,1],"visits":[7.0,NaN]}""", 2);
        Assert.Equal(
            """[{"entity":{"user_id":1,"shop_code":"NaN"},"features":{"pair:visits":{"value":7,"eventTime":"2025-01-31T00:00:00Z","status":"PRESENT"}}},{"entity":{"user_id":1,"shop_code":"b"},"features":{"pair:visits":{"value":null,"eventTime":"2025-01-31T00:00:00Z","status":"NULL_VALUE"}}}]""",
            FeatureHost.Data(await host.PostAsync("/api/features", """{"entities":{"user_id":[1,1],"shop_code":["NaN","b"]},"features":["pair:visits"]}""")));
        await host.PushAsync("score_push", """{"user_id":[3],"score":[NaN],"a_string":[NaN]}""", 1);
        Assert.Equal(
            """{"entity":{"user_id":3},"features":{"score:score":{"value":null,"eventTime":"2025-01-31T00:00:00Z","status":"NULL_VALUE"},"score:a_string":{"value":null,"eventTime":"2025-01-31T00:00:00Z","status":"NULL_VALUE"}}}""",
            FeatureHost.Data(await host.GetAsync("/api/features?entity=user&id=3&features=score")));
    }

    [Fact]
    public async Task Moments_of_a_column_are_taken_as_those_of_the_event_are()
    {
        await using var host = await FeatureHost.StartAsync();
        await host.PushAsync("type_push", TypedRow.Frame.Replace("\"2025-01-01T00:00:00.5Z\"", "1735689600500", StringComparison.Ordinal), 1);
        Assert.Contains("\"2025-01-01T00:00:00.500000Z\"", FeatureHost.Data(await host.GetAsync("/api/features?entity=user&id=1&features=types:a_time")));
    }

    [Fact]
    public async Task A_row_that_says_when_it_was_made_counts_once_however_often_it_is_sent()
    {
        await using var host = await FeatureHost.StartAsync();
        const string Row = """{"push_source_name":"shop_push","df":{"shop_code":["A"],"area":[2],"event_timestamp":["2025-01-30"],"created":["2025-01-30"]}}""";
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync("/push", Row)).Status);
        var end = host.Platform.Journal.EndPosition;
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync("/push", Row)).Status);
        Assert.Equal(end, host.Platform.Journal.EndPosition);
    }

    [Fact]
    public async Task A_journal_that_takes_no_more_is_told_as_unavailable()
    {
        await using var host = await FeatureHost.StartAsync();
        host.Platform.Journal.Dispose();
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, """{"detail":"0 of 1 rows were taken: the appliance is stopping"}"""),
            await host.PostAsync("/push", """{"push_source_name":"shop_push","df":{"shop_code":["A"],"area":[2]}}"""));
    }

    [Fact]
    public async Task A_row_that_the_journal_cannot_hold_is_refused_and_those_before_it_are_taken()
    {
        await using var host = await FeatureHost.StartAsync();
        var text = new string('x', host.Platform.Journal.MaxRecordBytes);
        Assert.Equal(
            (HttpStatusCode.RequestEntityTooLarge, """{"detail":"1 of 2 rows were taken: the next row is larger than the journal takes"}"""),
            await host.PostAsync("/push", $$"""{"push_source_name":"score_push","df":{"user_id":[1,2],"score":[1,2],"a_string":["x","{{text}}"]} }"""));
        await host.AppliedAsync(1);
    }

    [Fact]
    public async Task A_key_that_is_too_long_is_refused()
    {
        await using var host = await FeatureHost.StartAsync();
        var (status, body) = await host.PostAsync("/push", $$"""{"push_source_name":"shop_push","df":{"shop_code":["{{new string('k', 65_536)}}"],"area":[2]} }""");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, """{"detail":"df.shop_code[0] has 65536 bytes; a key must have 1 to 1024"}"""), (status, body));
    }

    [Fact]
    public async Task No_rows_are_taken_as_none()
    {
        await using var host = await FeatureHost.StartAsync();
        Assert.Equal((HttpStatusCode.OK, "null"), await host.PostAsync("/push", """{"push_source_name":"shop_push","df":{"shop_code":[],"area":[]}}"""));
    }

    [Theory]
    [InlineData("[]", 422, "the body is an array; it must be an object with push_source_name and df")]
    [InlineData("{", 422, "the body is not JSON that can be read here: ")]
    [InlineData("""{"df":{}}""", 422, "push_source_name is missing; it must be a name")]
    [InlineData("""{"push_source_name":1,"df":{}}""", 422, "push_source_name is 1; it must be a name")]
    [InlineData("""{"push_source_name":"shop_push"}""", 422, "df is missing; it must be an object of columns, an array for each")]
    [InlineData("""{"push_source_name":"shop_push","df":[]}""", 422, "df is an array; it must be an object of columns, an array for each")]
    [InlineData("""{"push_source_name":"shop_push","df":{}}""", 422, "df has no columns; it must have the keys and features of the rows")]
    [InlineData("""{"push_source_name":"shop_posh","df":{"a":[]}}""", 404, "push_source_name is 'shop_posh'; there is no source of that name; did you mean 'shop_push'?")]
    [InlineData("""{"push_source_name":"clicks","df":{"a":[]}}""", 422, "source 'clicks' has no batch feature views, which are those that take rows")]
    [InlineData("""{"push_source_name":"shop_push","df":{"shop_code":["A",""],"area":[1,2]}}""", 422, "df.shop_code[1] has 0 bytes; a key must have 1 to 1024")]
    [InlineData("""{"push_source_name":"shop_push","df":{"area":[1]}}""", 422, "df has no 'shop_code', which feature view 'place' needs as its key")]
    [InlineData("""{"push_source_name":"shop_push","df":{"shop_code":["A"]}}""", 422, "df has no 'area', which feature view 'place' needs as float")]
    [InlineData("""{"push_source_name":"shop_push","df":{"shop_code":["A"],"area":[1,2]}}""", 422, "df.area has 2 values and df.shop_code has 1; every column must have one value for each row")]
    [InlineData("""{"push_source_name":"shop_push","df":{"shop_code":["A"],"area":1}}""", 422, "df.area is 1; it must be an array with a value for each row")]
    [InlineData("""{"push_source_name":"shop_push","df":{"shop_code":["A","B"],"area":[1,"x"]}}""", 422, "df.area[1] is 'x'; it must be float, a finite number")]
    [InlineData("""{"push_source_name":"shop_push","df":{"shop_code":["A"],"area":[-Infinity]}}""", 422, "df.area[0] is '-Infinity'; it must be float, a finite number")]
    [InlineData("""{"push_source_name":"pair_push","df":{"shop_code":["A"],"user_id":[1],"visits":[1.5]}}""", 422, "df.visits[0] is 1.5; it must be int32")]
    [InlineData("""{"push_source_name":"pair_push","df":{"shop_code":["A"],"user_id":[1],"visits":[3000000000.0]}}""", 422, "df.visits[0] is 3000000000.0; it must be int32")]
    [InlineData("""{"push_source_name":"pair_push","df":{"shop_code":["A"],"user_id":[NaN],"visits":[1]}}""", 422, "df.user_id[0] is null; it must be int64")]
    [InlineData("""{"push_source_name":"shop_push","df":{"shop_code":[null],"area":[1]}}""", 422, "df.shop_code[0] is null; it must be string")]
    [InlineData("""{"push_source_name":"pair_push","df":{"shop_code":["A"],"user_id":[1.5],"visits":[1]}}""", 422, "df.user_id[0] is 1.5; it must be int64")]
    [InlineData("""{"push_source_name":"shop_push","df":{"shop_code":["A"],"area":[1],"event_timestamp":["yesterday"]}}""", 422, "df.event_timestamp[0] is 'yesterday'; it must be a time like 2022-05-13 10:59:42+00:00, or a number")]
    [InlineData("""{"push_source_name":"shop_push","df":{"shop_code":["A"],"area":[1],"created":[true]}}""", 422, "df.created[0] is true; it must be a time like 2022-05-13 10:59:42+00:00, or a number")]
    [InlineData("""{"push_source_name":"shop_push","df":{"shop_code":["\ud800"],"area":[1]}}""", 422, "the body holds text that is not valid Unicode")]
    [InlineData("""{"push_source_name":"shop_push","df":{"shop_code":["A"],"area":[1]},"to":"offline"}""", 422, "to is 'offline'; rows always reach the online store here, so it must be online or online_and_offline")]
    [InlineData("""{"push_source_name":"shop_push","df":{"shop_code":["A"],"area":[1]},"to":"moon"}""", 422, "to is 'moon'; it must be online or online_and_offline")]
    public Task A_push_that_cannot_be_taken_is_told_why(string body, int code, string detail) => RefusedAsync("/push", body, code, detail);

    [Theory]
    [InlineData("""{"df":{}}""", 422, "feature_view_name is missing; it must be a name")]
    [InlineData("""{"feature_view_name":"plaze","df":{"a":[]}}""", 404, "feature_view_name is 'plaze'; there is no feature view of that name; did you mean 'place'?")]
    [InlineData("""{"feature_view_name":"clicked","df":{"a":[]}}""", 422, "feature_view_name is 'clicked', which is made of events; rows are taken by batch feature views alone")]
    [InlineData("""{"feature_view_name":"twice","df":{"a":[]}}""", 422, "feature_view_name is 'twice', which is computed when it is read; rows are taken by batch feature views alone")]
    [InlineData("""{"feature_view_name":"pair","df":{"user_id":[1],"visits":[1]}}""", 422, "df has no 'shop_code', which feature view 'pair' needs as its key")]
    public Task Rows_that_a_view_cannot_take_are_told_why(string body, int code, string detail) => RefusedAsync("/write-to-online-store", body, code, detail);

    private static async Task RefusedAsync(string path, string body, int code, string detail)
    {
        await using var host = await FeatureHost.StartAsync();
        var end = host.Platform.Journal.EndPosition;
        var (status, answer) = await host.PostAsync(path, body);
        Assert.StartsWith(detail, JsonDocument.Parse(answer).RootElement.GetProperty("detail").GetString());
        Assert.Equal(code, (int)status);
        Assert.Equal(end, host.Platform.Journal.EndPosition);
    }
}
