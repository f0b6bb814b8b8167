using System.Text;
using Appliance.Host.Cli.Sending;
using Appliance.Host.Tests.Features;
using FeatureModel.Definitions;
using TestKit;

namespace Appliance.Host.Tests.Cli.Sending;

/// <summary>Rows of a source that lists no fields and has two views, sent from files to a real server over loopback.</summary>
public sealed class SendRowsTests : IDisposable
{
    private const string Definitions = """
        {"entities":[{"name":"user","joinKeys":[{"name":"user_id","type":"int64"}]},{"name":"shop","joinKeys":[{"name":"shop_id","type":"int64"}]}],
        "sources":[{"name":"user_push","kind":"push"}],
        "featureViews":[
          {"name":"face","kind":"batch","entities":["user"],"source":"user_push","features":[{"name":"vector","type":"list<float>","dimension":3},{"name":"age","type":"int32"}]},
          {"name":"home","kind":"batch","entities":["user"],"source":"user_push","features":[{"name":"city","type":"string"}]},
          {"name":"visit","kind":"batch","entities":["user","shop"],"source":"user_push","features":[{"name":"visits","type":"int32"}]}],
        "featureServices":[]}
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _errors = new() { NewLine = "\n" };

    public void Dispose()
    {
        _folder.Dispose();
        _output.Dispose();
        _errors.Dispose();
    }

    [Fact]
    public async Task Rows_fill_all_views_that_their_keys_concern_and_empty_cells_are_no_value()
    {
        await using var host = await StartAsync();
        Assert.True(await SendAsync(host, "r.csv", "event_time,user_id,vector,age,city\n2025-01-30,1,\"[1,2,3]\",,Rome\n") == 0, _errors.ToString());
        await host.AppliedAsync(1);
        var data = FeatureHost.Data(await host.GetAsync("/api/features?entity=user&id=1"));
        Assert.Contains("\"face:vector\":{\"value\":[1,2,3],", data);
        Assert.Contains("\"face:age\":{\"value\":null,\"eventTime\":\"2025-01-30T00:00:00Z\",\"status\":\"NULL_VALUE\"}", data);
        Assert.Contains("\"home:city\":{\"value\":\"Rome\",", data);
    }

    [Theory]
    [InlineData("r.csv", "event_time,user_id,vector,age,city\n2025-01-30,1,\"[1,2]\",5,x\n", "r.csv:2: column 'vector' is '[1,2]'; it must have 3 elements, the feature's dimension; it has 2")]
    [InlineData("r.jsonl", "{\"event_time\":\"2025-01-30\",\"user_id\":1,\"vector\":[],\"age\":5,\"city\":\"x\"}\n", "r.jsonl:1: column 'vector' is '[]'; it must have 3 elements, the feature's dimension; it has 0")]
    [InlineData("r.jsonl", "{\"event_time\":\"2025-01-30\",\"user_id\":1,\"vector\":null,\"age\":5}\n", "r.jsonl:1: column 'city': it is missing; a row must have every feature of the views that it goes to, or null for it")]
    [InlineData("r.csv", "event_time,user_id,vector,age\n", "there is no column 'city' for the feature of that name")]
    public async Task A_row_that_a_view_cannot_take_is_told_by_its_line(string file, string text, string message)
    {
        await using var host = await StartAsync();
        Assert.Equal(1, await SendAsync(host, file, text));
        Assert.Contains(message, _errors.ToString());
        Assert.Equal(0, host.Platform.Journal.Records);
    }

    [Fact]
    public async Task An_event_of_a_file_that_holds_a_wrong_row_is_told_by_its_line()
    {
        await using var host = await StartAsync();
        const string Row = """{"source":"user_push","type":"row","entity":{"user_id":1},"time":"2025-01-30T00:00:00Z","data":{"vector":[1,2,3],"age":null,"city":null}}""";
        File.WriteAllText(_folder["e.jsonl"], $"{Row}\n{Row.Replace("[1,2,3]", "[1,2]", StringComparison.Ordinal)}\n", new UTF8Encoding(false));
        Assert.Equal(1, await RunAsync(host, "events", "send", _folder["e.jsonl"]));
        Assert.Contains("e.jsonl:2: data.vector has 2 elements; it must have 3, its dimension in feature view 'face'", _errors.ToString());
    }

    private static Task<FeatureHost> StartAsync()
    {
        var read = DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes(Definitions), "test");
        Assert.Empty(read.Errors);
        return FeatureHost.StartAsync(read.Definitions);
    }

    private Task<int> SendAsync(FeatureHost host, string file, string text)
    {
        File.WriteAllText(_folder[file], text, new UTF8Encoding(false));
        return RunAsync(host, "rows", "send", _folder[file], "--view", "face");
    }

    private Task<int> RunAsync(FeatureHost host, string verb, params string[] args) =>
        new SendVerb(host.Plain, _output, _errors, host.Time).RunAsync(verb, [.. args, "--server", $"{host.Plain.BaseAddress}"], TestContext.Current.CancellationToken);
}
