using System.CommandLine;
using Lake.Expressions;
using Lake.Objects;

namespace LakeService.Commands;

/// <summary><c>lake objects list</c>: what objects there are.</summary>
internal static class ObjectsListCommand
{
    public static Command Create(CommandOutput output, TimeProvider clock)
    {
        var type = new Option<string?>("--type") { Description = "Those of a media type, as image/png", HelpName = "TYPE" };
        var tags = new Option<string[]>("--tag") { Description = "Those with a tag, as name=value; several must all be there", HelpName = "TAG" };
        var json = new Option<bool>("--json") { Description = "JSON, for programs" };
        var command = new Command("list", "Lists objects. Their table can be asked by lake sql too.\n\n"
            + "Example: lake objects list --table media.files --type image/png --tag kind=poster --warehouse /data/lake") { type, tags, json };
        command.SetAction(async (line, cancellation) =>
        {
            var wanted = ObjectsCommand.Tags(line.GetValue(tags) ?? []);
            using var lake = LakeProgram.Connect(line, clock);
            var store = await ObjectsCommand.StoreAsync(lake, line, clock, cancellation);
            var items = new List<StoredObject>();
            await foreach (var item in store.ListAsync(line.GetValue(type) is { } media ? Filter.Equal("type", media) : Filter.All, wanted, cancellation)) items.Add(item);
            items.Sort((x, y) => string.CompareOrdinal(x.Hash.ToString(), y.Hash.ToString()));
            if (line.GetValue(json)) output.WriteJson(items.Select(ObjectsCommand.Json));
            else output.Columns([["HASH", "TYPE", "BYTES", "NAME", "TAGS", "ADDED"], .. items.Select(Text)]);
            return LakeProgram.Done;
        });
        return command;
    }

    private static string[] Text(StoredObject item) =>
    [
        item.Hash.ToString(), item.Type, CommandText.Number(item.Size), item.Name ?? "-", string.Join(' ', item.Tags.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key}={t.Value}")),
        CommandText.Time(item.AddedAt.ToUnixTimeMilliseconds()),
    ];
}
