using System.CommandLine;
using Lake.Catalog;
using Lake.Maintenance;
using LakeService.Configuration;

namespace LakeService.Commands;

/// <summary><c>lake drop</c>: takes a table out of the catalog, and its files from the disk where that is asked for.</summary>
internal static class DropCommand
{
    public static Command Create(CommandOutput output, TimeProvider clock)
    {
        var name = new Argument<string>("TABLE") { Description = "namespace.table" };
        var purge = new Option<bool>("--purge") { Description = "Delete all files that the table's snapshots have, too" };
        var yes = new Option<bool>("--yes") { Description = "Do it; nothing is done without" };
        var json = new Option<bool>("--json") { Description = "JSON, for programs" };
        var command = new Command("drop", "Takes a table out of the catalog, a damaged one, too. Its data files stay without --purge; where folders are the catalog, its metadata files go either way.\n\n"
            + "Example: lake drop shop.orders --purge --yes --warehouse /data/lake") { name, purge, yes, json };
        command.SetAction(async (line, cancellation) =>
        {
            using var lake = LakeProgram.Connect(line, clock);
            var table = await NameAsync(lake, line.GetRequiredValue(name), cancellation);
            var isPurged = line.GetValue(purge);
            if (!line.GetValue(yes)) throw new CommandException($"--yes is not given; with it, table {table} goes {(isPurged ? "with all its files" : "from the catalog, and its data files stay")}, and cannot be had back");
            using var progress = new ProgressLine(output, clock);
            // The table is not loaded first: one whose metadata is lost can be dropped, too.
            var isGone = isPurged ? await lake.Catalog.PurgeAsync(table, progress, cancellation) : await lake.Catalog.DropAsync(table, cancellation);
            progress.End();
            if (!isGone) throw new CommandException($"TABLE is '{table}'; the lake has no such table, see lake tables");
            if (line.GetValue(json)) output.WriteJson(new { Table = table.ToString(), IsPurged = isPurged });
            else output.Line($"{table} is dropped, {(isPurged ? "with all its files" : "its data files stay")}");
            return LakeProgram.Done;
        });
        return command;
    }

    // As for other commands, but for tables that cannot be read.
    private static async Task<TableName> NameAsync(LakeConnection lake, string text, CancellationToken cancellation)
    {
        var names = await lake.Catalog.ListAsync(cancellation);
        var found = names.Where(n => n.ToString() == text).ToList();
        if (found.Count == 0) found = [.. names.Where(n => n.Name == text)];
        if (found.Count > 1) throw new CommandException($"TABLE is '{text}'; it may be {string.Join(" or ", found.Select(f => f.ToString()))}: name one with its namespace");
        return found.Count == 1 ? found[0] : throw new CommandException($"TABLE is '{text}'; the lake has no such table, see lake tables");
    }
}
