using Appliance.Host.Cli;

namespace Appliance.Host.Tests.Cli;

public sealed class UsageTests
{
    [Theory]
    [InlineData("appliance serve [flags]", "serve", "--help")]
    [InlineData("appliance serve [flags]", "serve", "--http-port", "1", "-h")]
    [InlineData("appliance serve [flags]", "--http-port", "1", "--help")]
    [InlineData("appliance settings [flags]", "settings", "-h")]
    [InlineData("appliance models deploy", "models", "--help")]
    [InlineData("appliance models deploy", "models", "rollback", "m", "--help")]
    [InlineData("appliance bench MODEL", "bench", "-h")]
    [InlineData("appliance profile show", "profile", "check", "--help")]
    [InlineData("appliance traffic get", "traffic", "set", "--help")]
    [InlineData("appliance rollout start", "rollout", "-h")]
    [InlineData("appliance features plan", "features", "apply", "--help")]
    [InlineData("appliance features backfill", "features", "backfill", "--help")]
    [InlineData("appliance events send", "events", "send", "--help")]
    [InlineData("appliance events send", "rows", "-h")]
    [InlineData("appliance keys add", "keys", "add", "--help")]
    [InlineData("appliance audit verify", "audit", "--help")]
    [InlineData("appliance docs metrics", "docs", "--help")]
    [InlineData("appliance version", "version", "--help")]
    [InlineData("appliance traffic get", "help", "traffic")]
    [InlineData("appliance features backfill", "help", "features", "backfill")]
    public void Help_tells_of_the_command_that_it_is_asked_for(string first, params string[] args)
    {
        var help = Usage.HelpOf(args);
        Assert.StartsWith(first, help);
        Assert.True(help!.Length < Usage.Text.Length);
    }

    [Theory]
    [InlineData("help")]
    [InlineData("--help")]
    [InlineData("-h")]
    public void Help_alone_tells_of_every_command(string word)
    {
        var help = Usage.HelpOf([word]);
        Assert.Equal(Usage.Text, help);
        foreach (var verb in new[] { "serve", "settings", "models", "bench", "profile", "traffic", "rollout", "features", "events", "rows", "keys", "audit", "docs", "version" })
        {
            Assert.Contains($"\nappliance {verb}", help);
        }
    }

    [Theory]
    [InlineData]
    [InlineData("serve")]
    [InlineData("frobnicate", "--help")]
    [InlineData("help", "frobnicate")]
    public void Who_asks_for_none_or_of_no_command_gets_none(params string[] args) => Assert.Null(Usage.HelpOf(args));

    [Fact]
    public void The_flags_of_serve_stand_in_its_help()
    {
        var help = Usage.HelpOf(["serve", "--help"]);
        Assert.All(ServeFlags.All, f => Assert.Contains(f.Names[0], help));
        Assert.Contains("APPLIANCE_<Section>__<Key>", help);
    }
}
