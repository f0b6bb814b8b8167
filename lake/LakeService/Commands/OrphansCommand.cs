using System.CommandLine;
using System.Globalization;
using Lake.Maintenance;

namespace LakeService.Commands;

/// <summary><c>lake orphans</c>: deletes files in a table's folders that nothing names.</summary>
internal static class OrphansCommand
{
    public static Command Create(CommandOutput output, TimeProvider clock)
    {
        var name = new Argument<string>("TABLE") { Description = "namespace.table" };
        var age = new Option<string?>("--older-than") { Description = "Files of that age and more go, 1h at least, as 7d or 12h; without it, 3d. A writer that takes longer to commit may lose its files", HelpName = "TIME" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only tell what would go" };
        var json = new Option<bool>("--json") { Description = "JSON with all names, for programs" };
        var command = new Command("orphans", "Deletes files in a table's folders that no snapshot reaches and no metadata names: what commits that failed, writers that died and expiries that were cut off left behind. It may be stopped at any moment and run again.\n\n"
            + "Example: lake orphans shop.orders --older-than 7d --dry-run --warehouse /data/lake") { name, age, dryRun, json };
        command.SetAction(async (line, cancellation) =>
        {
            var olderThan = line.GetValue(age) is { } text ? CommandText.Span("--older-than", text) : OrphanFiles.DefaultAge;
            if (olderThan < OrphanFiles.LeastAge) throw new CommandException($"--older-than is '{line.GetValue(age)}'; it must be 1h or more, so that files of a commit that is going on stay");
            using var lake = LakeProgram.Connect(line, clock);
            var orphans = new OrphanFiles(await LakeProgram.TableAsync(lake, line.GetRequiredValue(name), clock, cancellation), clock);
            using var progress = new ProgressLine(output, clock);
            var isDry = line.GetValue(dryRun);
            var report = isDry ? await orphans.PlanAsync(olderThan, progress, cancellation) : await orphans.RunAsync(olderThan, progress, cancellation);
            progress.End();
            if (line.GetValue(json)) output.WriteJson(new { report.FilesSeen, Orphans = report.Orphans.Select(o => new { o.Location, o.Length, o.ModifiedAt }), report.Bytes, report.TooYoung });
            else output.Line(string.Create(CultureInfo.InvariantCulture, $"{(isDry ? "would delete" : "deleted")} {report.Orphans.Count} of {report.FilesSeen} files, of {report.Bytes} bytes; {report.TooYoung} that nothing names are too young"));
            return LakeProgram.Done;
        });
        return command;
    }
}
