using Appliance.Host.Cli.Traffic;
using Appliance.Host.Tests.Business;
using TestKit;

namespace Appliance.Host.Tests.Cli.Traffic;

public sealed class TrafficVerbTests
{
    [Fact]
    public async Task Traffic_is_set_shown_and_cleared()
    {
        await using var host = await ServedAsync();
        var (code, output, _) = await RunAsync(host, "traffic", "set", KocPotential.Name, "1=99.75", "2=0.25", "--shadow", "2=10", "--reason", "first look", "--author", "ann");
        Assert.Equal(0, code);
        Assert.Equal((9_975, 25), (host.Models.Traffic.ShareOf(KocPotential.Name, 1), host.Models.Traffic.ShareOf(KocPotential.Name, 2)));
        Assert.Contains("shadow v2        10 %", output);
        Assert.Contains("revision 1 by ann", output);
        (code, output, _) = await RunAsync(host, "traffic", "get", KocPotential.Name, "--json");
        Assert.Equal(0, code);
        Assert.Contains("\"percent\":99.75", output);
        Assert.Equal(0, (await RunAsync(host, "traffic", "clear", KocPotential.Name, "--reason", "done")).Code);
        (_, output, _) = await RunAsync(host, "traffic", "get", KocPotential.Name);
        Assert.Contains("not split: the version policy, or a pin, decides", output);
    }

    [Theory]
    [InlineData("1=1")]
    [InlineData("1=1%")]
    public async Task Of_one_share_the_version_that_has_the_requests_keeps_the_rest(string share)
    {
        await using var host = await ServedAsync();
        var (code, output, errors) = await RunAsync(host, "traffic", "set", KocPotential.Name, share, "--reason", "first look", "--author", "ann");
        Assert.True(code == 0, errors);
        Assert.Equal((100, 9_900), (host.Models.Traffic.ShareOf(KocPotential.Name, 1), host.Models.Traffic.ShareOf(KocPotential.Name, 2)));
        Assert.Contains("99 %", output);
        (code, _, errors) = await RunAsync(host, "traffic", "set", "new", "1=1", "--reason", "first look");
        Assert.Equal((1, "appliance: version 1 of model 'new' is to have 1 percent, and no version has the others; say what each version gets, 100 in all"), (code, errors.Trim()));
    }

    [Fact]
    public async Task A_rollout_is_started_shown_and_changed()
    {
        await using var host = await ServedAsync();
        var (code, output, errors) = await RunAsync(
            host, "rollout", "start", KocPotential.Name, "--candidate", "2", "--baseline", "1", "--steps", "shadow:50,0.5,100", "--samples", "20", "--reason", "the new one", "--author", "ann");
        Assert.True(code == 0, errors);
        Assert.StartsWith("rollout 1 of v2 over v1 is running", output);
        Assert.Contains("step 1  shadow 50 %   running", output);
        Assert.Contains("step 2  0.5 %         not begun", output);
        Assert.Contains("is paused: paused by ann: lunch", (await RunAsync(host, "rollout", "pause", KocPotential.Name, "--reason", "lunch", "--author", "ann")).Output);
        Assert.Contains("is running", (await RunAsync(host, "rollout", "resume", KocPotential.Name, "--reason", "back")).Output);
        Assert.Contains("is rolled back: the verdict of bob is against it: recall fell", (await RunAsync(host, "rollout", "fail", KocPotential.Name, "--reason", "recall fell", "--author", "bob")).Output);
        (code, _, errors) = await RunAsync(host, "rollout", "abort", KocPotential.Name, "--reason", "late");
        Assert.Equal((1, "appliance: the rollout of model 'koc-potential' is rolled back; it must be running or paused"), (code, errors.Trim()));
    }

    [Theory]
    [InlineData("traffic has no command; it must be get, set, clear", "traffic")]
    [InlineData("traffic 'put' is no command; it must be get, set, clear", "traffic", "put")]
    [InlineData("traffic get needs a model's name", "traffic", "get")]
    [InlineData("--reason is missing; it must say in a line why the traffic changes", "traffic", "set", "m", "1=100")]
    [InlineData("traffic set needs versions and their percents, like 1=99 2=1", "traffic", "set", "m", "--reason", "r")]
    [InlineData("'1' is no share; it must be a version and its percent, a number from 0 to 100 in steps of 0.01, like 2=1, 2=0.25 or 2=1%", "traffic", "set", "m", "1", "--reason", "r")]
    [InlineData("'1=0.001' is no share; it must be a version and its percent, a number from 0 to 100 in steps of 0.01, like 2=1, 2=0.25 or 2=1%", "traffic", "set", "m", "1=0.001", "--reason", "r")]
    [InlineData("'--candidate' is not a flag of traffic set", "traffic", "set", "m", "1=100", "--candidate", "2")]
    [InlineData("--candidate is missing; it must be the version that is to take over", "rollout", "start", "m", "--reason", "r")]
    [InlineData("--steps has 'half'; a step must be a percent, shadow, or shadow:PERCENT", "rollout", "start", "m", "--steps", "half", "--reason", "r")]
    [InlineData("--samples is 'many'; it must be a whole number", "rollout", "start", "m", "--samples", "many", "--reason", "r")]
    public void A_command_line_that_makes_no_sense_is_refused(string message, string verb, params string[] args)
    {
        Assert.False(TrafficArguments.TryParse(verb, args, out _, out var error));
        Assert.Equal(message, error);
    }

    [Fact]
    public async Task An_appliance_that_is_not_there_is_said()
    {
        using var http = new HttpClient();
        var errors = new StringWriter();
        Assert.Equal(1, await new TrafficVerb(http, TextWriter.Null, errors).RunAsync("traffic", ["get", "m", "--server", "http://127.0.0.1:1"], TestContext.Current.CancellationToken));
        Assert.StartsWith("appliance: http://127.0.0.1:1/ cannot be reached: ", errors.ToString());
    }

    private static async Task<BusinessHost> ServedAsync()
    {
        var host = await BusinessHost.StartAsync();
        host.ServeKoc(1);
        host.ServeKoc(2);
        return host;
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(BusinessHost host, string verb, params string[] args)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        using var http = new HttpClient();
        var code = await new TrafficVerb(http, output, errors).RunAsync(verb, [.. args, "--server", host.Http.BaseAddress!.ToString()], TestContext.Current.CancellationToken);
        return (code, output.ToString(), errors.ToString());
    }
}
