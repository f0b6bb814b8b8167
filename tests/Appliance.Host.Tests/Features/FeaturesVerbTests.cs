using System.Net;
using System.Net.Sockets;
using Appliance.Host.Cli;
using TestKit;

namespace Appliance.Host.Tests.Features;

public sealed class FeaturesVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose()
    {
        _folder.Dispose();
        _output.Dispose();
        _errors.Dispose();
    }

    [Fact]
    public async Task A_plan_and_an_apply_show_the_difference()
    {
        await using var host = await FeatureHost.StartAsync();
        Write("place.json", """{"featureViews":[{"name":"place","kind":"batch","entities":["shop"],"source":"shop_push","description":"Where.","features":[{"name":"area","type":"float"}]}]}""");
        Assert.Equal(0, await RunAsync(host, "plan", "--folder", _folder.Path));
        Assert.Equal("~ feature-view place\n    description\n      + \"Where.\"\nfeature-view place: version 2\nplanned: 1 object would change\n", Output());
        Assert.Equal(0, await RunAsync(host, "apply", "--folder", _folder.Path, "--author", "ann", "--reason", "say it"));
        Assert.EndsWith("applied: the registry is at revision 2\n", Output());
        Assert.Equal(0, await RunAsync(host, "describe", "feature-view", "place"));
        Assert.Contains("version 2: revision 2, 2025-01-31T00:00:00Z, ann: say it", Output());
        Assert.Equal("", _errors.ToString());
    }

    [Fact]
    public async Task Errors_name_the_file_of_the_folder()
    {
        await using var host = await FeatureHost.StartAsync();
        Write("a.json", """{"entities":[{"name":"fine","joinKeys":[{"name":"k","type":"int64"}]}]}""");
        Write("b.json", """{"entities":[{"name":"wrong","joinKeys":[{"name":"k","type":"int65"}]}]}""");
        Assert.Equal(1, await RunAsync(host, "apply", "--folder", _folder.Path, "--reason", "r"));
        Assert.StartsWith("error: b.json: $.entities[0].joinKeys[0].type is 'int65'; ", _errors.ToString());
        Assert.Equal(1, host.Platform.Registry.State.Revision);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_read_is_told_before_anything_is_sent()
    {
        await using var host = await FeatureHost.StartAsync();
        Assert.Equal(1, await RunAsync(host, "plan", "--folder", _folder["missing"]));
        Assert.Contains("the features folder cannot be read", _errors.ToString());
        Write("c.json", "{");
        Assert.Equal(1, await RunAsync(host, "plan", "--folder", _folder.Path));
        Assert.Contains("error: c.json: ", _errors.ToString());
    }

    [Fact]
    public async Task Objects_are_listed_and_deleted()
    {
        await using var host = await FeatureHost.StartAsync();
        Assert.Equal(0, await RunAsync(host, "list", "feature-service"));
        Assert.Equal($"{"feature-service",-16} {"scores",-32} v1\nrevision 1\n", Output());
        Assert.Equal(0, await RunAsync(host, "delete", "feature-service", "scores", "--reason", "gone"));
        Assert.Equal("- feature-service scores\n    breaking: models that were trained on one of its versions no longer find it\nfeature-service scores: deleted\napplied: the registry is at revision 2\n", Output());
        Assert.Equal(1, await RunAsync(host, "delete", "feature-service", "scores", "--reason", "gone"));
        Assert.Contains("notFound: feature-service is 'scores'; there is none of that name", _errors.ToString());
        Assert.Equal(1, await RunAsync(host, "describe", "view", "x"));
        Assert.Contains("kind is 'view'; it must be entity", _errors.ToString());
    }

    [Fact]
    public async Task What_is_refused_is_not_said_to_be_done()
    {
        await using var host = await FeatureHost.StartAsync();
        var signature = KocPotential.Signature();
        var manifest = KocPotential.Manifest();
        manifest.FeatureService = new Contracts.ManifestFeatureService { Name = "scores", Version = 1 };
        host.Models.Serve(KocPotential.Name, 1, signature, KocPotential.Instance(signature), manifest);
        Assert.Equal(1, await RunAsync(host, "delete", "feature-service", "scores", "--reason", "gone"));
        Assert.Equal("- feature-service scores\n    breaking: models that were trained on one of its versions no longer find it\n", Output());
        Assert.Contains("breaking: it would break koc-potential v1", _errors.ToString());
    }

    [Fact]
    public async Task A_window_that_is_added_is_warned_of_and_described_with_the_moment_from_which_on_it_is_whole()
    {
        await using var host = await FeatureHost.StartAsync();
        Write("clicked.json", """
            {"featureViews":[{"name":"clicked","kind":"stream","entities":["user"],"source":"clicks","features":[
              {"name":"clicks_1d","type":"int64","aggregate":{"function":"count","window":"1d"}},
              {"name":"clicks_30d","type":"int64","aggregate":{"function":"count","window":"30d"}}]}]}
            """);
        foreach (var command in new[] { "plan", "apply" })
        {
            _errors.GetStringBuilder().Clear();
            Assert.Equal(0, await RunAsync(host, command, "--folder", _folder.Path, "--reason", "r"));
            Assert.StartsWith("warning: feature-view clicked: feature 'clicks_30d' was added to a view that counts already, so its window of 30d lacks what happened before and is whole from 2025-03-01T00:00:00Z on; ", _errors.ToString());
        }
        Output();
        Assert.Equal(0, await RunAsync(host, "describe", "feature-view", "clicked"));
        Assert.StartsWith("feature-view clicked\nversion 1: ", Output());
        Assert.Equal(0, await RunAsync(host, "describe", "feature-view", "clicked"));
        Assert.Contains("\nwindow 30d of feature clicks_30d: whole from 2025-03-01T00:00:00Z on\n", Output());
        Assert.Contains(""""addedWindows":[{"feature":"clicks_30d","window":"30d","wholeFrom":"2025-03-01T00:00:00Z"}]"""", FeatureHost.Data(await host.GetAsync("/api/feature-registry/feature-view/clicked")));
        var described = await new Contracts.Features.FeatureRegistry.FeatureRegistryClient(host.Channel).DescribeAsync(
            new Contracts.Features.DescribeRequest { Kind = Contracts.Features.Kind.FeatureView, Name = "clicked" }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(("clicks_30d", 1_740_787_200), (Assert.Single(described.AddedWindows).Feature, described.AddedWindows[0].WholeFrom.Seconds));
    }

    [Theory]
    [InlineData("features has no command; it must be apply, plan, list, describe, delete, verify")]
    [InlineData("features 'add' is no command; it must be apply, plan, list, describe, delete, verify", "add")]
    [InlineData("--reason is missing; it must say in a line why the definitions change", "apply")]
    [InlineData("'--force' is not a flag of features", "plan", "--force", "yes")]
    [InlineData("--folder needs a value", "plan", "--folder")]
    [InlineData("--mode is 'add'; it must be merge or replace", "plan", "--mode=add")]
    [InlineData("--mode is given twice", "plan", "--mode=merge", "--mode=merge")]
    [InlineData("--server is 'here'; it must be an address like http://127.0.0.1:8000", "list", "--server", "here")]
    [InlineData("features describe entity: it takes a kind and a name", "describe", "entity")]
    [InlineData("features plan more: it takes no words", "plan", "more")]
    public async Task A_wrong_command_line_exits_with_2(string message, params string[] args)
    {
        using var http = new HttpClient();
        Assert.Equal(2, await new FeaturesVerb(http, _output, _errors).RunAsync(args, TestContext.Current.CancellationToken));
        Assert.Equal($"appliance: {message}. See 'appliance help'.{Environment.NewLine}", _errors.ToString());
    }

    [Fact]
    public async Task A_server_that_is_no_appliance_is_told()
    {
        await using var host = await FeatureHost.StartAsync();
        Assert.Equal(1, await new FeaturesVerb(host.Plain, _output, _errors).RunAsync(["list", "--server", $"{host.Plain.BaseAddress}nothing/"], TestContext.Current.CancellationToken));
        Assert.Contains("is no appliance with features", _errors.ToString());
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told()
    {
        // Bound but not listening: nobody else can answer there.
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var http = new HttpClient();
        Assert.Equal(1, await new FeaturesVerb(http, _output, _errors).RunAsync(["list", "--server", $"http://{bound.LocalEndPoint}"], TestContext.Current.CancellationToken));
        Assert.Contains("cannot be reached", _errors.ToString());
    }

    private void Write(string name, string json) => File.WriteAllText(_folder[name], json);

    private Task<int> RunAsync(FeatureHost host, params string[] args) =>
        new FeaturesVerb(host.Plain, _output, _errors).RunAsync([.. args, "--server", $"{host.Plain.BaseAddress}"], TestContext.Current.CancellationToken);

    private string Output()
    {
        var text = _output.ToString().ReplaceLineEndings("\n");
        _output.GetStringBuilder().Clear();
        return text;
    }
}
