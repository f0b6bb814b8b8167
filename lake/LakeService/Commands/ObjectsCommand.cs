using System.CommandLine;
using Lake.Catalog;
using Lake.Objects;
using LakeService.Configuration;

namespace LakeService.Commands;

/// <summary><c>lake objects</c>: files of any kind under the hash of their bytes.</summary>
internal static class ObjectsCommand
{
    internal static readonly Option<string> Table = new("--table") { Description = "The store's table, namespace.table", Required = true, Recursive = true, HelpName = "TABLE" };

    public static Command Create(CommandOutput output, TimeProvider clock)
    {
        var command = new Command("objects", "Keeps files of any kind, each once under the SHA-256 of its bytes, with a table that says what they are.\n\n"
            + "Example: lake objects list --table media.files --warehouse /data/lake") { Table };
        command.Subcommands.Add(ObjectsPutCommand.Create(output, clock));
        command.Subcommands.Add(ObjectsGetCommand.Create(output, clock));
        command.Subcommands.Add(ObjectsListCommand.Create(output, clock));
        return command;
    }

    /// <summary>The name that a command line has for the store's table.</summary>
    /// <exception cref="CommandException">It is none.</exception>
    internal static TableName NameOf(ParseResult line) =>
        TableName.TryParse(line.GetRequiredValue(Table), out var name) ? name : throw new CommandException($"--table is '{line.GetValue(Table)}'; it must be namespace.table");

    /// <summary>The store of a table.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    internal static async Task<ObjectStore> StoreAsync(LakeConnection lake, ParseResult line, TimeProvider clock, CancellationToken cancellation) =>
        await ObjectStore.FindAsync(lake.Catalog, NameOf(line), clock, cancellation)
        ?? throw new CommandException($"--table is '{line.GetValue(Table)}'; the lake has no such table, and lake objects put with --location makes it");

    /// <summary>Tags as <c>name=value</c>.</summary>
    /// <exception cref="CommandException">One is not, or stands twice.</exception>
    internal static Dictionary<string, string> Tags(IEnumerable<string> texts)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            var parts = text.Split('=', 2);
            if (parts.Length < 2 || parts[0].Length == 0 || !tags.TryAdd(parts[0], parts[1])) throw new CommandException($"--tag is '{text}'; it must be name=value, and each name stand once");
        }
        return tags;
    }

    /// <summary>An object as JSON has it.</summary>
    internal static object Json(StoredObject item) =>
        new { Hash = item.Hash.ToString(), item.Type, item.Size, item.Name, item.Origin, item.Tags, AddedAt = CommandText.Time(item.AddedAt.ToUnixTimeMilliseconds()) };
}
