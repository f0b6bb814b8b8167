using System.Text.Json;
using Lake.Tests.Storage;
using Lake.Tests.Tables;
using Lake.Write;

namespace LakeService.Tests.Commands;

public sealed class TierCommandsTests(S3Server server) : IClassFixture<S3Server>, IDisposable
{
    private readonly CommandBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Files_move_down_as_settings_say_and_a_plan_only_tells()
    {
        await FilledAsync();
        var settings = await SettingsAsync($"{_bed.Folder}/cold");
        Assert.Matches(@"^shop\.orders: would move 2 files of \d+ bytes from hot to cold\n$", await _bed.OutputAsync("tier", "orders", "--plan", "--settings", settings));
        Assert.Matches(@"^shop\.orders: would move 2 files of \d+ bytes from hot to cold\n$", await _bed.OutputAsync("tier", "--plan", "--settings", settings));
        Assert.Matches(@"^shop\.orders: moved 2 files of \d+ bytes from hot to cold\nshop\.orders: \d+ bytes became \d+, in 1 commits\n$", await _bed.OutputAsync("tier", "orders", "--settings", settings));
        Assert.Equal("shop.orders: no file is to move\n", await _bed.OutputAsync("tier", "orders", "--settings", settings));
        var report = JsonDocument.Parse(await _bed.OutputAsync("tier", "--json", "--settings", settings)).RootElement[0];
        Assert.Equal(("shop.orders", 0), (report.GetProperty("table").GetString(), report.GetProperty("moves").GetArrayLength()));
        Assert.Equal("id\n1\n2\n3\n", await _bed.OutputAsync("sql", "SELECT id FROM orders ORDER BY id", "--format", "csv"));
    }

    [Fact]
    public async Task Costs_are_told_by_table_and_tier_and_as_a_whole()
    {
        await FilledAsync();
        var settings = await SettingsAsync($"{_bed.Folder}/cold");
        await _bed.OutputAsync("tier", "--settings", settings);
        var lines = (await _bed.OutputAsync("cost", "--settings", settings)).Split('\n');
        Assert.Matches(@"^TABLE +TIER +FILES +BYTES +CURRENT FILES +CURRENT BYTES +PRICE A MONTH$", lines[0]);
        Assert.Matches(@"^shop\.orders +hot +3 +\d+ +1 +\d+ +0\.\d+$", lines[1]);
        Assert.Matches(@"^shop\.orders +cold +2 +\d+ +2 +\d+ +0\.\d+$", lines[2]);
        Assert.Matches(@"^all +5 +\d+ +3 +\d+ +0\.\d+$", lines[3]);
        var json = JsonDocument.Parse(await _bed.OutputAsync("cost", "orders", "--json", "--settings", settings)).RootElement;
        var bytes = json[0].GetProperty("bytes").GetInt64();
        Assert.Equal((3, bytes / (decimal)(1 << 30) * 1000), (json[0].GetProperty("files").GetInt32(), json[0].GetProperty("price_per_month").GetDecimal()));
    }

    [Fact]
    public async Task Files_with_rows_of_a_condition_are_restored_for_a_time_that_another_restore_makes_longer()
    {
        await FilledAsync();
        var settings = await SettingsAsync($"{_bed.Folder}/cold");
        await _bed.OutputAsync("tier", "--settings", settings);
        string[] restore = ["restore", "orders", "--settings", settings, "--where", "id = 1 AND length(shop) > 0"];
        Assert.Matches(@"^shop\.orders: moved 1 files of \d+ bytes from cold to hot\n", await _bed.OutputAsync([.. restore, "--for", "2d"]));
        Assert.Matches(@"^shop\.orders: moved 1 files of \d+ bytes from hot to hot\n", await _bed.OutputAsync([.. restore, "--for", "3d"]));
        _bed.Rows.Bed.Clock.Advance(TimeSpan.FromDays(2.5));
        Assert.Equal("shop.orders: no file is to move\n", await _bed.OutputAsync("tier", "--settings", settings));
        _bed.Rows.Bed.Clock.Advance(TimeSpan.FromDays(1));
        Assert.StartsWith("shop.orders: moved 1 files", await _bed.OutputAsync("tier", "--settings", settings), StringComparison.Ordinal);
        Assert.Equal("lake: --where is 'length(shop) > 0'; no file can be told by it: it must compare columns of shop.orders (id, shop, amount) with constants", await _bed.ErrorAsync(2, "restore", "orders", "--settings", settings, "--where", "length(shop) > 0", "--for", "1d"));
        Assert.Equal("lake: --for is '0d'; it must be above 0", await _bed.ErrorAsync(2, "restore", "orders", "--settings", settings, "--for", "0d"));
        Assert.Contains("must be of the columns of table shop.orders alone", await _bed.ErrorAsync(1, "restore", "orders", "--settings", settings, "--where", "id IN (SELECT 1 FROM other)", "--for", "1d"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_query_or_an_export_read_is_back_in_the_first_tier_where_the_settings_say_so()
    {
        await FilledAsync();
        await _bed.OutputAsync("tier", "--settings", await SettingsAsync($"{_bed.Folder}/cold"));
        var settings = await SettingsAsync($"{_bed.Folder}/cold", restoreOnRead: "2.00:00:00");
        Assert.Equal((0, "id\n1\n", "shop.orders: 1 files that were read are back in hot\n"), await _bed.RunAsync("sql", "SELECT id FROM orders WHERE id = 1", "--format", "csv", "--settings", settings));
        Assert.Equal((0, "id\n1\n", ""), await _bed.RunAsync("sql", "SELECT id FROM orders WHERE id = 1", "--format", "csv", "--settings", settings));
        Assert.Equal((0, "id,shop,amount\n1,a,1\n2,b,2\n3,c,3\n", "3 rows\nshop.orders: 1 files that were read are back in hot\n"), await _bed.RunAsync("export", "orders", "--to", "-", "--format", "csv", "--settings", settings));
        Assert.Equal("shop.orders: no file is to move\n", await _bed.OutputAsync("tier", "--settings", settings));
        _bed.Rows.Bed.Clock.Advance(TimeSpan.FromDays(2));
        Assert.StartsWith("shop.orders: moved 2 files", await _bed.OutputAsync("tier", "--settings", settings), StringComparison.Ordinal);
        // Without the setting they stay.
        Assert.Equal((0, "id\n1\n", ""), await _bed.RunAsync("sql", "SELECT id FROM orders WHERE id = 1", "--format", "csv", "--settings", await SettingsAsync($"{_bed.Folder}/cold")));
        Assert.Equal("lake: Tiering:RestoreOnRead is -1.00:00:00; it must be 0, for off, or how long files stay", await _bed.ErrorAsync(2, "tier", "--settings", await SettingsAsync($"{_bed.Folder}/cold", restoreOnRead: "-1.00:00:00")));
    }

    [Fact]
    public async Task Files_that_cannot_be_brought_back_are_told_and_the_rows_are_out()
    {
        await FilledAsync();
        await _bed.OutputAsync("tier", "--settings", await SettingsAsync($"{_bed.Folder}/cold"));
        // A file where the folder of the restored ones is to be.
        var settings = await SettingsAsync($"{_bed.Folder}/cold", restoreOnRead: "2.00:00:00");
        var until = (_bed.Rows.Bed.Clock.GetUtcNow() + TimeSpan.FromDays(2)).ToString("yyyyMMdd'T'HHmmss", System.Globalization.CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync($"{_bed.Folder}/shop/orders/data/restored-until-{until}", "", LakeBed.Cancellation);
        var (code, output, error) = await _bed.RunAsync("sql", "SELECT id FROM orders WHERE id = 1", "--format", "csv", "--settings", settings);
        Assert.Equal((0, "id\n1\n"), (code, output));
        Assert.StartsWith("lake: files that were read stay in their tier: ", error, StringComparison.Ordinal);
        Assert.Contains($"restored-until-{until}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_of_tiers_that_are_missing_or_wrong_are_named()
    {
        await FilledAsync();
        Assert.Equal("lake: Tiering:Tiers is empty; there must be one tier at least", await _bed.ErrorAsync(2, "tier"));
        var settings = await SettingsAsync("nowhere");
        Assert.Equal("lake: Tiering:Tiers:1:Location is 'nowhere'; it must be an absolute path or a location with its scheme", await _bed.ErrorAsync(2, "cost", "--settings", settings));
        await File.WriteAllTextAsync(settings, """{"Tiering": {"Tiers": [{"Name": "hot", "Level": "high"}]}}""", LakeBed.Cancellation);
        Assert.Matches("^lake: Tiering: .*'high'.*'Tiering:Tiers:0:Level'", await _bed.ErrorAsync(2, "tier", "--settings", settings));
    }

    [Fact]
    public async Task A_warehouse_on_a_local_disk_has_a_tier_in_a_bucket_that_other_commands_reach()
    {
        await FilledAsync();
        var settings = await SettingsAsync($"s3://{S3Server.Bucket}/{Guid.NewGuid():N}", server);
        Assert.Contains("moved 2 files", await _bed.OutputAsync("tier", "--settings", settings), StringComparison.Ordinal);
        var (_, _, told) = await _bed.RunAsync("sql", "SELECT id FROM orders WHERE id < 3", "--verbose", "--settings", settings);
        Assert.Matches(@"^reads shop\.orders at snapshot \d+: 2 files, 1 files", told);
        Assert.Equal("id\n1\n2\n3\n", await _bed.OutputAsync("sql", "SELECT id FROM orders ORDER BY id", "--format", "csv", "--settings", settings));
        Assert.StartsWith("shop.orders: moved 2 files", await _bed.OutputAsync("restore", "orders", "--for", "1d", "--settings", settings), StringComparison.Ordinal);
        // Without the bucket's settings, what is on the disk alone is read.
        Assert.Equal("id\n1\n2\n3\n", await _bed.OutputAsync("sql", "SELECT id FROM orders ORDER BY id", "--format", "csv"));
    }

    // Two files whose rows were added twenty days ago, and one of now.
    private async Task FilledAsync()
    {
        var table = await _bed.Rows.CreateAsync();
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1))], LakeBed.Cancellation);
        table = await table.AppendAsync([RowsBed.Rows((2, "b", 2))], LakeBed.Cancellation);
        _bed.Rows.Bed.Clock.Advance(TimeSpan.FromDays(20));
        await table.AppendAsync([RowsBed.Rows((3, "c", 3))], LakeBed.Cancellation);
    }

    private async Task<string> SettingsAsync(string cold, S3Server? s3 = null, string restoreOnRead = "0")
    {
        var options = s3?.Options(Path.Combine(_bed.Folder, "staging"));
        var file = Path.Combine(_bed.Folder, "settings.json");
        var tiers = new object[] { new { Name = "hot", PricePerGiBMonth = 1000 }, new { Name = "cold", Location = cold, MinAge = "10.00:00:00", Codec = "gzip", Level = 9, PricePerGiBMonth = 100 } };
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { Tiering = new { Tiers = tiers, RestoreOnRead = restoreOnRead }, S3 = options }), LakeBed.Cancellation);
        return file;
    }
}
