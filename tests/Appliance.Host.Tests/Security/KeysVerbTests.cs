using Appliance.Host.Cli.Security;
using Appliance.Host.Security.Keys;
using TestKit;

namespace Appliance.Host.Tests.Security;

public sealed class KeysVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 3, 4, 0, 0, 0, TimeSpan.Zero));

    private string FilePath => _folder["keys.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_key_is_printed_once_and_only_its_hash_is_kept()
    {
        var (code, output, _) = Run("add", "shop", "--role", "score", "--models", "churn,tags", "--requests-per-second", "50");
        Assert.Equal(0, code);
        var key = output.Trim();
        var text = File.ReadAllText(FilePath);
        Assert.DoesNotContain(key, text);
        Assert.DoesNotContain(key["apl_".Length..], text);
        var entry = Assert.Single(KeysDocument.Parse(File.ReadAllBytes(FilePath)).Principals);
        Assert.Equal((ApiKey.HashOf(key), 50, "churn,tags"), (entry.KeySha256, entry.RequestsPerSecond, string.Join(',', entry.Models!)));
        Assert.Equal("shop: score; models churn,tags, 50 requests a second; by key; since 2026-03-04\n", Run("list").Output);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
    }

    [Fact]
    public void A_certificate_gets_no_key()
    {
        var (code, output, _) = Run("add", "etl", "--role=operate,score", "--certificate", "DNS:etl.example");
        Assert.Equal((0, ""), (code, output));
        Assert.Contains("etl: operate,score; any model; by certificate DNS:etl.example", Run("list").Output);
    }

    [Fact]
    public void A_name_is_taken_once_and_can_be_removed()
    {
        Run("add", "shop", "--role", "score");
        Assert.Equal((1, "appliance: principal 'shop' is there already; 'appliance keys remove shop' takes it away.\n"), Failed("add", "shop", "--role", "read"));
        Assert.Equal(0, Run("remove", "shop").Code);
        Assert.Equal((1, "appliance: principal 'shop' is not in the file.\n"), Failed("remove", "shop"));
        Assert.Equal("", Run("list").Output);
    }

    [Theory]
    [InlineData("keys add needs --role: score, read, operate, admin", "add", "shop")]
    [InlineData("principal 'shop' has role 'root'; it must be one of score, read, operate, admin", "add", "shop", "--role", "root")]
    [InlineData("name is 'a b'; it must be 1 to 128 printable ASCII characters without blanks", "add", "a b", "--role", "read")]
    [InlineData("--requests-per-second is 'many'; it must be 0 to 10000000", "add", "shop", "--role", "read", "--requests-per-second", "many")]
    [InlineData("keys remove needs the name of a principal", "remove")]
    [InlineData("keys is 'show'; it must be add, list or remove", "show")]
    [InlineData("'--color' is not a flag of keys", "list", "--color")]
    public void A_wrong_command_line_is_refused_and_changes_nothing(string error, params string[] args)
    {
        Assert.Equal((2, $"appliance: {error}. See 'appliance help'.\n"), Failed(args));
        Assert.False(File.Exists(FilePath));
    }

    [Theory]
    [InlineData("{\"principals\":[{\"name\":\"a\",\"roles\":[\"score\"],\"keySha256\":\"12\"}]}", "principal 'a' has a keySha256 that is not 64 hexadecimal digits")]
    [InlineData("{\"principals\":[{\"name\":\"a\",\"roles\":[\"score\"]}]}", "principal 'a' must have either keySha256 or certificate")]
    [InlineData("{\"principals\":[{\"name\":\"a\",\"roles\":[],\"certificate\":\"*\"}]}", "principal 'a' has no role")]
    [InlineData("{\"principals\":[{\"name\":\"a\",\"roles\":[\"score\"],\"models\":[],\"certificate\":\"*\"}]}", "empty list of models")]
    [InlineData("{\"principals\":[{\"name\":\"a\",\"rolls\":[\"score\"]}]}", "it is not what 'appliance keys' writes")]
    [InlineData("{\"principals\":[null]}", "a principal is null")]
    [InlineData("nothing", "it is not what 'appliance keys' writes")]
    public void A_file_that_was_written_by_hand_and_wrong_is_refused_by_what_is_wrong(string text, string error)
    {
        File.WriteAllText(FilePath, text);
        var (code, said) = Failed("list");
        Assert.Equal(1, code);
        Assert.Contains(error, said);
    }

    private (int Code, string Output, string Errors) Run(params string[] args)
    {
        var (output, errors) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        return (new KeysVerb(output, errors, _time).Run(args, FilePath), output.ToString(), errors.ToString());
    }

    private (int Code, string Errors) Failed(params string[] args)
    {
        var run = Run(args);
        return (run.Code, run.Errors);
    }
}
