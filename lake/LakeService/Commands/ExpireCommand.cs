using System.CommandLine;
using Lake.Maintenance;

namespace LakeService.Commands;

/// <summary><c>lake expire</c>: takes old snapshots out of a table.</summary>
internal static class ExpireCommand
{
    public static Command Create(CommandOutput output, TimeProvider clock)
    {
        var name = new Argument<string>("TABLE") { Description = "namespace.table" };
        var age = new Option<string?>("--older-than") { Description = "Snapshots of that age and more go, as 7d or 12h; without it, what the table says, or 5d", HelpName = "TIME" };
        var keep = new Option<int?>("--keep") { Description = "As many of each branch's newest snapshots stay; without it, what the table says, or 1", HelpName = "N" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only tell what would go" };
        var json = new Option<bool>("--json") { Description = "JSON with all names, for programs" };
        var command = new Command("expire", "Takes snapshots out of a table and deletes the files that only they reach. Time travel to them ends.\n\n"
            + "Example: lake expire shop.orders --older-than 7d --keep 10 --dry-run --warehouse /data/lake") { name, age, keep, dryRun, json };
        command.SetAction(async (line, cancellation) =>
        {
            var request = new ExpiryRequest { MaxSnapshotAge = line.GetValue(age) is { } text ? CommandText.Span("--older-than", text) : null, MinSnapshotsToKeep = line.GetValue(keep) };
            if (request.MinSnapshotsToKeep is < 1) throw new CommandException($"--keep is {request.MinSnapshotsToKeep}; it must be 1 or more");
            using var lake = LakeProgram.Connect(line, clock);
            var expiry = new SnapshotExpiry(await LakeProgram.TableAsync(lake, line.GetRequiredValue(name), clock, cancellation), clock);
            using var progress = new ProgressLine(output, clock);
            var isDry = line.GetValue(dryRun);
            var report = isDry ? await expiry.PlanAsync(request, progress, cancellation) : await expiry.RunAsync(request, progress, cancellation);
            progress.End();
            var files = $"{report.DataFiles.Count} data files, {report.Manifests.Count} manifests and {report.ManifestLists.Count} manifest lists";
            if (line.GetValue(json)) output.WriteJson(report);
            else output.Line($"{(isDry ? "would take out" : "took out")} {report.SnapshotIds.Count} snapshots and {report.Refs.Count} names, with {files}");
            return LakeProgram.Done;
        });
        return command;
    }
}
