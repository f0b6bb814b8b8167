using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace LakeService.Tests.Commands;

public sealed class JoinCommandTests : IDisposable
{
    private const string Definitions = """
        {
          "entities": [ { "name": "member", "joinKeys": [ { "name": "id", "type": "int64" } ] } ],
          "sources": [ { "name": "profiles", "kind": "file", "path": "shop.profiles", "fields": [ { "name": "age", "type": "int32" } ] } ],
          "featureViews": [ { "name": "profile", "kind": "batch", "entities": ["member"], "source": "profiles", "features": [ { "name": "age", "type": "int32" } ] } ],
          "featureServices": [ { "name": "all", "features": ["profile"] } ]
        }
        """;

    private static readonly long Noon = new DateTimeOffset(2025, 1, 1, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1000;

    private readonly CommandBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Features_are_joined_to_a_table_and_written_as_another()
    {
        var folder = await FilledAsync();
        Assert.Equal("2 rows with 1 features to shop.training\n", await _bed.OutputAsync("join", "--spine", "labels", "--features", "all", "--definitions", folder, "--time", "at", "--out", "shop.training", "--status"));
        Assert.Equal("id,profile__age,profile__status\n1,30,PRESENT\n2,,NOT_FOUND\n", await _bed.OutputAsync("sql", "SELECT id, profile__age, profile__status FROM shop.training ORDER BY id", "--format", "csv"));
        await _bed.OutputAsync("join", "--spine", "labels", "--features", "profile:age", "--definitions", folder, "--time", "at", "--out", "shop.again", "--history", "profiles=shop.older", "--short-names");
        Assert.Equal("id,age\n1,20\n2,\n", await _bed.OutputAsync("sql", "SELECT id, age FROM shop.again ORDER BY id", "--format", "csv"));
    }

    [Fact]
    public async Task A_view_is_joined_under_another_name_by_another_column()
    {
        var folder = await FilledAsync();
        await TableAsync("shop.pairs", "at", "friend", [1L, Noon, 1], [2L, Noon, 3]);
        await _bed.OutputAsync("join", "--spine", "pairs", "--features", "profile,friend", "--alias", "friend=profile:id=friend", "--definitions", folder, "--time", "at", "--out", "shop.both");
        Assert.Equal("id,profile__age,friend__age\n1,30,30\n2,,\n", await _bed.OutputAsync("sql", "SELECT id, profile__age, friend__age FROM shop.both ORDER BY id", "--format", "csv"));
        Assert.StartsWith("lake: --alias is 'friend'; it must be name=view:key=column", await _bed.ErrorAsync(2, "join", "--spine", "pairs", "--features", "profile", "--alias", "friend", "--definitions", folder, "--out", "shop.t"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_the_command_line_or_the_definitions_is_named()
    {
        var folder = await FilledAsync();
        string[] line = ["join", "--spine", "labels", "--definitions", folder, "--time", "at"];
        Assert.StartsWith("lake: feature is 'profil'; it must be view:feature, a view or a feature service", await _bed.ErrorAsync(1, [.. line, "--features", "profil", "--out", "shop.t"]), StringComparison.Ordinal);
        Assert.StartsWith("lake: --out is 't'; it must be namespace.table", await _bed.ErrorAsync(2, [.. line, "--features", "all", "--out", "t"]), StringComparison.Ordinal);
        Assert.StartsWith("lake: --history is 'profiles'; it must be source=namespace.table", await _bed.ErrorAsync(2, [.. line, "--features", "all", "--out", "shop.t", "--history", "profiles"]), StringComparison.Ordinal);
        Assert.StartsWith("lake: --history is 'profile=shop.older'; there is no source 'profile'; did you mean 'profiles'?", await _bed.ErrorAsync(2, [.. line, "--features", "all", "--out", "shop.t", "--history", "profile=shop.older"]), StringComparison.Ordinal);
        Assert.StartsWith("lake: output table is shop.labels; there is a table of that name", await _bed.ErrorAsync(1, [.. line, "--features", "all", "--out", "shop.labels"]), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(folder, "more.json"), """{ "featureServices": [ { "name": "none", "features": ["nothing:at_all"] } ] }""", LakeBed.Cancellation);
        Assert.Contains("more.json: $.featureServices[0].features[0] is 'nothing:at_all'", await _bed.ErrorAsync(2, [.. line, "--features", "all", "--out", "shop.t"]), StringComparison.Ordinal);
    }

    private async Task<string> FilledAsync()
    {
        await TableAsync("shop.labels", "at", "label", [1L, Noon, 1], [2L, Noon, 0]);
        await TableAsync("shop.profiles", "event_time", "age", [1L, Noon, 30], [2L, Noon + 1, 40]);
        await TableAsync("shop.older", "event_time", "age", [1L, Noon, 20]);
        var folder = Directory.CreateDirectory(Path.Combine(_bed.Folder, "features")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "all.json"), Definitions, LakeBed.Cancellation);
        return folder;
    }

    private async Task TableAsync(string name, string time, string value, params object?[][] rows)
    {
        NestedField[] columns = [NestedField.Optional(1, "id", PrimitiveType.Long), NestedField.Optional(2, time, PrimitiveType.TimestampTz), NestedField.Optional(3, value, PrimitiveType.Int)];
        var table = await _bed.Rows.Bed.CreateAsync(new TableSchema(0, columns), name: name);
        await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, rows)], LakeBed.Cancellation);
    }
}
