using Lake.Catalog;
using Lake.Commit;
using Lake.Storage;
using Lake.Tests.Foreign;
using Lake.Tests.Storage;
using Lake.Tests.Tables;
using Lake.Write;
using Microsoft.Data.Sqlite;

namespace Lake.Tests.Catalog;

public sealed class SqlCatalogTests() : CatalogTests(folder => new SqlCatalog(new LocalStorage(), folder, Path.Combine(folder, "catalog.db")))
{
    private SqlCatalog Sql => (SqlCatalog)Catalog;

    [Fact]
    public async Task A_row_of_the_catalog_is_as_other_engines_write_it()
    {
        var table = await Bed.CreateAsync(Schema, name: "shop.asia.orders");
        var first = table.Version.Location;
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [1L])], LakeBed.Cancellation);
        Assert.Equal([["lake", "shop.asia", "orders", table.Version.Location, first, "TABLE"]], Rows("SELECT catalog_name, table_namespace, table_name, metadata_location, previous_metadata_location, iceberg_type FROM iceberg_tables"));
        Assert.Equal([["lake", "shop.asia", "exists", "true"]], Rows("SELECT catalog_name, namespace, property_key, property_value FROM iceberg_namespace_properties"));
        Assert.Matches(@"/metadata/00000-[0-9a-f-]{36}\.metadata\.json$", first);
        Assert.Matches(@"/metadata/00001-[0-9a-f-]{36}\.metadata\.json$", table.Version.Location);
    }

    [Fact]
    public async Task A_database_that_another_engine_made_is_taken_and_its_views_are_not_tables()
    {
        var table = await Bed.CreateAsync(Schema);
        Run("DROP TABLE iceberg_tables; CREATE TABLE iceberg_tables (catalog_name VARCHAR(255) NOT NULL, table_namespace VARCHAR(255) NOT NULL, table_name VARCHAR(255) NOT NULL, metadata_location VARCHAR(1000), previous_metadata_location VARCHAR(1000), PRIMARY KEY (catalog_name, table_namespace, table_name))");
        Run($"INSERT INTO iceberg_tables VALUES ('lake', 'shop', 'orders', 'file://{table.Version.Location}', NULL), ('other', 'shop', 'hidden', '/x', NULL), ('lake', 'shop', 'a view', '/x', NULL)");
        using var again = new SqlCatalog(new LocalStorage(), Bed.Folder, Path.Combine(Bed.Folder, "catalog.db"));
        Assert.Equal(["shop.orders"], (await again.ListAsync(LakeBed.Cancellation)).Select(n => n.ToString()));
        var read = await Table.LoadAsync(again, table.Name, Bed.Clock, LakeBed.Cancellation);
        read = await read!.AppendAsync([LakeBed.Rows(table.Schema.Fields, [7L])], LakeBed.Cancellation);
        Assert.Equal([[7L]], await LakeBed.ReadAsync(read));
        Run("UPDATE iceberg_tables SET iceberg_type = 'VIEW' WHERE table_name = 'orders'");
        Assert.Null(await again.LoadAsync(table.Name, LakeBed.Cancellation));
    }

    [Fact]
    public async Task Icebird_reads_a_table_of_the_catalog_by_its_metadata_file()
    {
        var table = await Bed.CreateAsync(Schema);
        for (var i = 0; i < 3; i++) table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [(long)i])], LakeBed.Cancellation);
        var rows = await ForeignReaders.ReadTableAsync(table.Metadata.Location, Path.GetFileName(table.Version.Location));
        Assert.Equal(["0", "1", "2"], rows.Select(r => r.GetProperty("id").GetString()!).Order());
    }

    [Fact]
    public async Task A_renamed_table_keeps_its_rows_and_a_taken_name_is_refused()
    {
        var table = await Bed.CreateAsync(Schema);
        await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [1L])], LakeBed.Cancellation);
        await Bed.CreateAsync(Schema, name: "shop.taken");
        Assert.True(await Sql.RenameAsync(table.Name, TableName.Parse("archive.orders_2025"), LakeBed.Cancellation));
        Assert.False(await Sql.RenameAsync(table.Name, TableName.Parse("archive.other"), LakeBed.Cancellation));
        var renamed = await Bed.LoadAsync("archive.orders_2025");
        renamed = await renamed.AppendAsync([LakeBed.Rows(table.Schema.Fields, [2L])], LakeBed.Cancellation);
        Assert.Equal(2, (await LakeBed.ReadAsync(renamed)).Count);
        var e = await Assert.ThrowsAsync<CatalogException>(() => Sql.RenameAsync(renamed.Name, TableName.Parse("shop.taken"), LakeBed.Cancellation));
        Assert.Equal("new name of archive.orders_2025 is 'shop.taken'; the catalog has a table or view of that name", e.Message);
    }

    [Fact]
    public async Task Namespaces_have_properties_and_go_only_when_they_are_empty()
    {
        var names = Sql.Namespaces;
        Assert.True(await names.CreateAsync("shop.asia", new Dictionary<string, string> { ["owner"] = "数据" }, LakeBed.Cancellation));
        Assert.False(await names.CreateAsync("shop.asia", new Dictionary<string, string>(), LakeBed.Cancellation));
        Assert.True(await names.UpdateAsync("shop.asia", new Dictionary<string, string> { ["tier"] = "hot", ["owner"] = "b" }, ["none"], LakeBed.Cancellation));
        Assert.Equal(new Dictionary<string, string> { ["owner"] = "b", ["tier"] = "hot" }, await names.LoadAsync("shop.asia", LakeBed.Cancellation));
        Assert.True(await names.UpdateAsync("shop.asia", new Dictionary<string, string>(), ["owner", "tier"], LakeBed.Cancellation));
        Assert.Equal([], await names.LoadAsync("shop.asia", LakeBed.Cancellation) ?? throw new InvalidOperationException("the namespace is gone"));
        await Bed.CreateAsync(Schema, name: "shop.asia.orders");
        Assert.Equal(["shop.asia"], await names.ListAsync(LakeBed.Cancellation));
        Assert.Equal("namespace is 'shop.asia'; it has tables, and only an empty one can be dropped", (await Assert.ThrowsAsync<CatalogException>(() => names.DropAsync("shop.asia", LakeBed.Cancellation))).Message);
        await Catalog.DropAsync(TableName.Parse("shop.asia.orders"), LakeBed.Cancellation);
        Assert.True(await names.DropAsync("shop.asia", LakeBed.Cancellation));
        Assert.False(await names.DropAsync("shop.asia", LakeBed.Cancellation));
        Assert.Null(await names.LoadAsync("shop.asia", LakeBed.Cancellation));
        Assert.False(await names.UpdateAsync("shop.asia", new Dictionary<string, string>(), [], LakeBed.Cancellation));
        Assert.StartsWith("namespace is 'a..b'; it must be", (await Assert.ThrowsAsync<CatalogException>(() => names.CreateAsync("a..b", new Dictionary<string, string>(), LakeBed.Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_files_that_the_log_lets_go_of_are_deleted_where_the_table_wants_it()
    {
        var properties = new Dictionary<string, string> { ["write.metadata.delete-after-commit.enabled"] = "true", ["write.metadata.previous-versions-max"] = "2" };
        var table = await Bed.CreateAsync(Schema, properties: properties);
        for (var i = 0; i < 6; i++) table = await table.CommitAsync((_, builder) => builder.SetProperty("touched", $"{i}"), LakeBed.Cancellation);
        string[] kept = [table.Version.Location, .. table.Metadata.MetadataLog.Select(e => e.MetadataFile)];
        Assert.Equal(3, kept.Length);
        Assert.Equal(kept.Order(), Directory.EnumerateFiles($"{table.Metadata.Location}/metadata").Order());
    }

    [Fact]
    public async Task A_reader_whose_metadata_file_is_cleared_away_under_it_takes_the_next()
    {
        var storage = new FaultyStorage(new LocalStorage());
        using var reading = new SqlCatalog(storage, Bed.Folder, Path.Combine(Bed.Folder, "catalog.db"));
        var table = await Bed.CreateAsync(Schema);
        storage.Before("Read", async () =>
        {
            await table.CommitAsync((_, builder) => builder.SetProperty("by", "another"), LakeBed.Cancellation);
            File.Delete(table.Version.Location);
        });
        Assert.Equal("another", (await reading.LoadAsync(table.Name, LakeBed.Cancellation))!.Metadata.Properties["by"]);
    }

    [Fact]
    public async Task A_lost_metadata_file_is_named_with_what_to_do_and_stops_commits()
    {
        var first = await Bed.CreateAsync(Schema, properties: new Dictionary<string, string> { ["commit.retry.min-wait-ms"] = "0" });
        var table = await first.AppendAsync([LakeBed.Rows(first.Schema.Fields, [1L])], LakeBed.Cancellation);
        File.Delete(table.Version.Location);
        var e = await Assert.ThrowsAsync<LakeFormatException>(() => Catalog.LoadAsync(table.Name, LakeBed.Cancellation));
        Assert.Equal(
            $"{table.Version.Location} is gone, and the catalog names it as the metadata file of table shop.orders: bring it back from a copy, or, to go on without what was committed last, set metadata_location of the "
            + $"table in iceberg_tables to {first.Version.Location}",
            e.Message);
        await Assert.ThrowsAsync<LakeFormatException>(() => first.AppendAsync([LakeBed.Rows(first.Schema.Fields, [2L])], LakeBed.Cancellation));
        Run($"UPDATE iceberg_tables SET metadata_location = '{first.Version.Location}'");
        Assert.Empty(await LakeBed.ReadAsync(await Bed.LoadAsync()));
        File.Delete(first.Version.Location);
        Assert.EndsWith("bring it back from a copy; lake drop TABLE --yes forgets the table", (await Assert.ThrowsAsync<LakeFormatException>(() => Bed.LoadAsync())).Message, StringComparison.Ordinal);
        Assert.True(await Catalog.DropAsync(table.Name, LakeBed.Cancellation));
    }

    [Fact]
    public async Task A_database_that_cannot_be_opened_fails_a_commit_surely_and_is_named()
    {
        var table = await Bed.CreateAsync(Schema);
        var database = Path.Combine(Bed.Folder, "catalog.db");
        Sql.Dispose();
        foreach (var file in Directory.EnumerateFiles(Bed.Folder, "catalog.db*").ToList()) File.Delete(file);
        await File.WriteAllTextAsync(database, new string('x', 4096), LakeBed.Cancellation);
        var e = await Assert.ThrowsAsync<CommitNotMadeException>(() => table.CommitAsync((_, builder) => builder.SetProperty("a", "b"), LakeBed.Cancellation));
        Assert.Equal($"catalog database {database} failed: SQLite Error 26: 'file is not a database'.", e.Message);
        Assert.Equal([table.Version.Location], Directory.EnumerateFiles($"{table.Metadata.Location}/metadata"));
    }

    private List<string[]> Rows(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string[]>();
        while (reader.Read()) rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
        return rows;
    }

    private void Run(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(Bed.Folder, "catalog.db")};Pooling=False");
        connection.Open();
        return connection;
    }
}
