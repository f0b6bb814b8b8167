using System.CommandLine;
using System.Globalization;
using Lake.Objects;

namespace LakeService.Commands;

/// <summary><c>lake objects get</c>: writes an object's bytes.</summary>
internal static class ObjectsGetCommand
{
    public static Command Create(CommandOutput output, TimeProvider clock)
    {
        var text = new Argument<string>("HASH") { Description = "SHA-256 of its bytes, 64 hexadecimal digits" };
        var to = new Option<string?>("--to") { Description = "File to write, whole or not at all; without it, the output", HelpName = "FILE" };
        var command = new Command("get", "Writes the bytes of an object, once they were seen to have their hash.\n\n"
            + "Example: lake objects get 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --to poster.png --table media.files --warehouse /data/lake") { text, to };
        command.SetAction(async (line, cancellation) =>
        {
            if (!ObjectHash.TryParse(line.GetRequiredValue(text), out var hash)) throw new CommandException($"HASH is '{line.GetValue(text)}'; it must be 64 hexadecimal digits");
            using var lake = LakeProgram.Connect(line, clock);
            var store = await ObjectsCommand.StoreAsync(lake, line, clock, cancellation);
            if (await store.FindAsync(hash, cancellation) is not { } item) throw new CommandException($"HASH is '{hash}'; {line.GetValue(ObjectsCommand.Table)} has no such object, see lake objects list");
            await using var content = await store.GetAsync(hash, cancellation);
            if (line.GetValue(to) is not { } path)
            {
                await content.CopyToAsync(output.Stream, cancellation);
                return LakeProgram.Done;
            }
            using var file = new OutputFile(path);
            await content.CopyToAsync(file.Stream, cancellation);
            file.Commit();
            output.Line(string.Create(CultureInfo.InvariantCulture, $"{item.Size} bytes of {item.Type} to {path}"));
            return LakeProgram.Done;
        });
        return command;
    }
}
