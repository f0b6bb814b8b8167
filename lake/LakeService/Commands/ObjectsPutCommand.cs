using System.CommandLine;
using System.Globalization;
using Lake.Objects;
using Lake.Storage;
using LakeService.Configuration;

namespace LakeService.Commands;

/// <summary><c>lake objects put</c>: stores files.</summary>
internal static class ObjectsPutCommand
{
    public static Command Create(CommandOutput output, TimeProvider clock)
    {
        var files = new Argument<string[]>("FILE") { Description = "Files, or s3:// locations", Arity = ArgumentArity.OneOrMore };
        var location = new Option<string?>("--location") { Description = "Folder or s3://bucket/prefix of the objects of a new store, below no table's folder", HelpName = "PATH" };
        var origin = new Option<string?>("--origin") { Description = "Where they came from; without it, the file's own place", HelpName = "TEXT" };
        var tags = new Option<string[]>("--tag") { Description = "A tag, as name=value", HelpName = "TAG" };
        var json = new Option<bool>("--json") { Description = "JSON, for programs" };
        var command = new Command("put", "Stores files in one commit. Of bytes that are there already, name, origin and tags stay as they are.\n\n"
            + "Example: lake objects put poster.png --table media.files --location /data/objects --tag kind=poster --warehouse /data/lake") { files, location, origin, tags, json };
        command.SetAction(async (line, cancellation) =>
        {
            var label = new ObjectLabel { Origin = line.GetValue(origin), Tags = ObjectsCommand.Tags(line.GetValue(tags) ?? []) };
            string[] places = [.. line.GetRequiredValue(files).Select(f => CommandText.Place("FILE", f))];
            using var lake = LakeProgram.Connect(line, clock, mayBegin: true);
            var store = await OpenAsync(lake, line, line.GetValue(location), clock, cancellation);
            var opened = new List<LocalFile>();
            try
            {
                foreach (var place in places) opened.Add(await lake.Sources.OpenLocalAsync(place, cancellation));
                var put = await store.PutAllAsync(Contents(opened, label), cancellation);
                if (line.GetValue(json)) output.WriteJson(put.Select(ObjectsCommand.Json));
                else foreach (var item in put) output.Line(string.Create(CultureInfo.InvariantCulture, $"{item.Hash}  {item.Size} bytes, {item.Type}, {item.Name}"));
                return LakeProgram.Done;
            }
            finally
            {
                foreach (var file in opened) file.Dispose();
            }
        });
        return command;
    }

    // A new store needs a place; of one that is there, the table knows it.
    private static async Task<ObjectStore> OpenAsync(LakeConnection lake, ParseResult line, string? location, TimeProvider clock, CancellationToken cancellation)
    {
        if (location is null) return await ObjectsCommand.StoreAsync(lake, line, clock, cancellation);
        return await ObjectStore.OpenAsync(lake.Catalog, ObjectsCommand.NameOf(line), CommandText.Place("--location", location), clock, cancellation);
    }

    // One is open at a time.
    private static IEnumerable<(Stream Content, ObjectLabel Label)> Contents(IEnumerable<LocalFile> files, ObjectLabel label)
    {
        foreach (var file in files)
        {
            using var content = File.OpenRead(file.Path);
            yield return (content, label with { Name = file.Location[(file.Location.LastIndexOf('/') + 1)..], Origin = label.Origin ?? file.Location });
        }
    }
}
