using System.Globalization;
using System.Text;
using EndToEnd.Tests.Clients;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Features;

/// <summary>History out of a table of the lake, piped from the one program into the other, beside the same history out of a file.</summary>
public sealed class LakeBackfillTests : IDisposable
{
    private const int Seed = 5, Shoppers = 40, Events = 3_000;

    private const string Columns = "--id event_id --event-time at --type what --entity shopper_id";

    private readonly FeatureFolders _folders = new();

    public void Dispose() => _folders.Dispose();

    [Fact]
    public async Task A_table_that_is_piped_in_gives_what_its_file_gives_and_is_there_when_it_is_piped_again()
    {
        ApplianceBinary.PathOrSkip();
        var file = _folders.Beside("clicks.csv");
        File.WriteAllText(file, History());
        await LakeAsync($"import shop.clicks '{file}'");
        await using var appliance = await ApplianceProcess.StartAsync(_folders.Settings(("Features:Store:MemoryBytes", $"{96 << 20}")));
        await appliance.DefineAsync(ShopDefinitions.Json);
        await appliance.DefineAsync(ShopDefinitions.Json.Replace("\"shopper_clicks\"", "\"piped_clicks\"", StringComparison.Ordinal));

        var filled = await ShellAsync($"{Backfill(appliance, "shopper_clicks")} --file '{file}'");
        Assert.True(filled.ExitCode == 0, filled.Errors);
        var piped = await ShellAsync($"{Export} --at main | {Backfill(appliance, "piped_clicks")} --file -");
        Assert.True(piped.ExitCode == 0, piped.Errors);
        Assert.Equal($"piped_clicks: {Events} read, {Events} appended, 0 already there, 0 passed over, 0 refused\n", piped.Text);
        Assert.Contains($"{Events} rows\n", piped.Errors);
        await SameAsync(appliance);

        var again = await ShellAsync($"{Export} | {Backfill(appliance, "piped_clicks")} --file -");
        Assert.Equal($"piped_clicks: {Events} read, 0 appended, {Events} already there, 0 passed over, 0 refused\n", again.Text);
        await SameAsync(appliance);
    }

    [Fact]
    public async Task Whoever_pipes_ends_when_the_other_does_and_half_a_line_is_refused()
    {
        ApplianceBinary.PathOrSkip();
        var file = _folders.Beside("clicks.csv");
        File.WriteAllText(file, History());
        await LakeAsync($"import shop.clicks '{file}'");
        await using var appliance = await ApplianceProcess.StartAsync(_folders.Settings(("Features:Store:MemoryBytes", $"{96 << 20}")));
        await appliance.DefineAsync(ShopDefinitions.Json);

        var refused = await ShellAsync($"{Export} | {Backfill(appliance, "no_such_view")} --file -; echo ${{PIPESTATUS[1]}}");
        Assert.Equal("1\n", refused.Text);
        Assert.Contains("no_such_view", refused.Errors);
        var torn = await ShellAsync($"{Export} | head -c 1000 | {Backfill(appliance, "shopper_clicks")} --file -");
        Assert.Equal(1, torn.ExitCode);
        Assert.Matches(@"(?m)^-:\d+: ", torn.Errors);
        Assert.Matches(@"^shopper_clicks: \d+ read, \d+ appended, 0 already there, 0 passed over, 1 refused\n$", torn.Text);
    }

    private string Warehouse => _folders.Beside("lake");

    // As it is built, under the name that people call it by.
    private static string Lake
    {
        get
        {
            var program = Path.Combine(RepositoryRoot.Path, "lake/LakeService/bin/Release/net10.0/lake");
            Assert.SkipUnless(File.Exists(program), $"there is no '{program}': build lake/LakeService -c Release");
            return $"'{program}'";
        }
    }

    private string Export => $"{Lake} export shop.clicks --to - --format jsonl --warehouse '{Warehouse}'";

    private static string Backfill(ApplianceProcess appliance, string view) =>
        string.Create(CultureInfo.InvariantCulture, $"'{ApplianceBinary.PathOrSkip()}' features backfill {view} {Columns} --address http://127.0.0.1:{appliance.GrpcPort}");

    private static string History()
    {
        var random = new Random(Seed);
        var text = new StringBuilder("event_id,at,what,shopper_id,units,amount\n");
        var now = DateTimeOffset.UtcNow;
        for (var i = 0; i < Events; i++)
        {
            var at = now.AddMinutes(-random.Next(1, 40 * 24 * 60));
            text.Append(CultureInfo.InvariantCulture, $"e{i},{at:yyyy-MM-dd'T'HH:mm:ss'Z'},click,{i % Shoppers},{random.Next(1, 9)},{random.Next(1, 400) * 0.25}\n");
        }
        return text.ToString();
    }

    private async Task LakeAsync(string command)
    {
        Directory.CreateDirectory(Warehouse);
        var run = await ShellAsync($"{Lake} {command} --warehouse '{Warehouse}'");
        Assert.True(run.ExitCode == 0, $"{run.Text}\n{run.Errors}");
    }

    private static async Task SameAsync(ApplianceProcess appliance)
    {
        string[] names = ["clicks_30d", "clicks_1d", "units_30d", "amount_30d"];
        var shoppers = Enumerable.Range(0, Shoppers).Select(i => (long)i).ToArray();
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                var read = await appliance.ReadFeaturesAsync(ShopDefinitions.Entity, shoppers, [.. names.Select(n => $"shopper_clicks:{n}"), .. names.Select(n => $"piped_clicks:{n}")]);
                return read.All(r => r.Value("shopper_clicks:clicks_30d") is { } clicks && clicks != "0" && names.All(n => r.Value($"shopper_clicks:{n}") == r.Value($"piped_clicks:{n}")));
            },
            TimeSpan.FromSeconds(60), "both views have the same windows");
    }

    private static Task<ProgramRun> ShellAsync(string command) => ProgramRun.OfAsync("/bin/bash", "-c", command);
}
