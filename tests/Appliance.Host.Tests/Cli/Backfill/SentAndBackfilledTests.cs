using System.Globalization;
using System.Text;
using System.Text.Json;
using Appliance.Host.Cli.Backfill;
using Appliance.Host.Cli.Sending;
using Appliance.Host.Tests.Cli.Events;
using Appliance.Host.Tests.Features;
using FeatureModel.Definitions;
using TestKit;

namespace Appliance.Host.Tests.Cli.Backfill;

/// <summary>One file by both ways, in part and in whole, on a real server over loopback: every event counts once.</summary>
public sealed class SentAndBackfilledTests(ITestOutputHelper log) : IAsyncLifetime
{
    private const int Lines = 400;

    // A second view with another key: it is a part of every event, also of those that are brought for the first view alone.
    private const string Definitions = """
        { "entities": [{ "name": "member", "joinKeys": [{ "name": "member_id", "type": "int64" }] }, { "name": "shop", "joinKeys": [{ "name": "shop_id", "type": "string" }] }],
          "sources": [{ "name": "visits", "kind": "events", "eventTimeColumn": "at", "typeColumn": "what", "fields": [{ "name": "spent", "type": "double" }, { "name": "note", "type": "string" }] }],
          "featureViews": [
            { "name": "of_members", "kind": "stream", "entities": ["member"], "source": "visits", "features": [{ "name": "visits_30d", "type": "int64", "aggregate": { "function": "count", "window": "30d" } }] },
            { "name": "of_shops", "kind": "stream", "entities": ["shop"], "source": "visits", "features": [{ "name": "visits_30d", "type": "int64", "aggregate": { "function": "count", "window": "30d" } }] }] }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
    private readonly StringWriter _errors = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
    private FeatureHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        var read = DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes(Definitions), "test");
        Assert.Empty(read.Errors);
        _host = await FeatureHost.StartAsync(read.Definitions);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(".csv.gz", false)]
    [InlineData(".jsonl", false)]
    [InlineData(".jsonl", true)]
    public async Task A_backfill_passes_over_what_was_sent_and_sending_counts_nothing_that_was_backfilled(string kind, bool asEvents)
    {
        var seed = Random.Shared.Next();
        log.WriteLine($"seed {seed}");
        var visits = new VisitFile(seed, Lines, hasIds: true);
        var part = new Random(seed).Next(1, Lines);
        visits.Write(_folder["part" + kind], part, asEvents);
        visits.Write(_folder["whole" + kind], Lines, asEvents);
        var (sent, all) = (visits.Events(part), visits.Events(Lines));

        Assert.StartsWith($"{part} events sent: {sent} new, {part - sent} duplicates, 0 refused", await SendAsync("part" + kind));
        Assert.Equal($"of_members: {Lines} read, {all - sent} appended, {Lines - all + sent} already there, 0 passed over, 0 refused\n", await BackfillAsync("whole" + kind));
        await _host.AppliedAsync(all);
        await CountsAsync(visits.ByMember(), "member", "of_members");

        // The stream brings all of it: the view with the history has it already, the other one counts what it has not had.
        await SendAsync("whole" + kind);
        await _host.AppliedAsync(all + all - sent);
        await CountsAsync(visits.ByMember(), "member", "of_members");
        await CountsAsync(visits.ByShop(), "shop", "of_shops");
        Assert.Equal($"of_members: {Lines} read, 0 appended, {Lines} already there, 0 passed over, 0 refused\n", await BackfillAsync("whole" + kind));
    }

    private async Task<string> SendAsync(string file)
    {
        _output.GetStringBuilder().Clear();
        var code = await new SendVerb(_host.Plain, _output, _errors, _host.Time).RunAsync(
            "events", ["send", _folder[file], "--source", "visits", "--id", "no", "--server", $"{_host.Plain.BaseAddress}"], TestContext.Current.CancellationToken);
        Assert.True(code == 0, _errors.ToString());
        return _output.ToString();
    }

    private async Task<string> BackfillAsync(string file)
    {
        _output.GetStringBuilder().Clear();
        Assert.True(BackfillArguments.TryParse(["of_members", "--file", _folder[file], "--id", "no"], out var arguments, out var error), error);
        var code = await new BackfillVerb(_host.Channel, _output, _errors).RunAsync(arguments, TestContext.Current.CancellationToken);
        Assert.True(code == 0, _errors.ToString());
        return _output.ToString();
    }

    private async Task CountsAsync<T>(Dictionary<T, int> expected, string entity, string view) where T : notnull
    {
        var counted = new Dictionary<T, int>();
        foreach (var id in expected.Keys)
        {
            var row = JsonDocument.Parse(FeatureHost.Data(await _host.GetAsync($"/api/features?entity={entity}&id={id}&features={view}"))).RootElement;
            counted[id] = row.GetProperty("features").GetProperty($"{view}:visits_30d").GetProperty("value").GetInt32();
        }
        Assert.Equal(expected, counted);
    }
}
