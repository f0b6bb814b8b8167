using System.CommandLine;
using System.Globalization;
using Lake;
using Lake.Evolution;
using Lake.Import;
using Lake.Maintenance;

namespace LakeService.Commands;

/// <summary><c>lake compact</c>: rewrites a table's files, and its manifests, into fewer.</summary>
internal static class CompactCommand
{
    private const string BinPack = "bin-pack", Sort = "sort";

    public static Command Create(CommandOutput output, TimeProvider clock)
    {
        var name = new Argument<string>("TABLE") { Description = "namespace.table" };
        var strategy = new Option<string>("--strategy") { Description = $"{BinPack} puts small files together as they lie; {Sort} lays rows in order, too", DefaultValueFactory = _ => BinPack };
        strategy.AcceptOnlyFromAmong(BinPack, Sort);
        var by = new Option<string?>("--sort-by") { Description = "Order of --strategy sort, as \"shop, day(at) desc\"; without it, the table's", HelpName = "COLUMNS" };
        var target = new Option<long?>("--target-bytes") { Description = "Bytes of a new file; without it, the table's write.target-file-size-bytes", HelpName = "N" };
        var branch = new Option<string?>("--branch") { Description = "The branch that is rewritten; without it, main", HelpName = "NAME" };
        var keep = new Option<bool>("--keep-manifests") { Description = "Leave manifests as they are; without it, small ones are put together by partition" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only tell what would be rewritten" };
        var json = new Option<bool>("--json") { Description = "JSON with all figures, for programs" };
        var command = new Command("compact", "Rewrites small files, files with many deletes and files of older partitions. A run that is cut off keeps what it committed; the next goes on.\n\n"
            + "Example: lake compact shop.orders --strategy sort --sort-by \"shop, at desc\" --warehouse /data/lake") { name, strategy, by, target, branch, keep, dryRun, json };
        command.SetAction(async (line, cancellation) =>
        {
            if (line.GetValue(target) is < 1) throw new CommandException($"--target-bytes is {line.GetValue(target)}; it must be 1 or more");
            if (line.GetValue(by) is not null && line.GetValue(strategy) != Sort) throw new CommandException($"--sort-by is '{line.GetValue(by)}'; it goes with --strategy {Sort} alone");
            using var lake = LakeProgram.Connect(line, clock);
            var table = await LakeProgram.TableAsync(lake, line.GetRequiredValue(name), clock, cancellation);
            var request = new CompactionRequest
            {
                Strategy = line.GetValue(strategy) == Sort ? CompactionStrategy.Sort : CompactionStrategy.BinPack,
                SortBy = line.GetValue(by) is { } text ? Columns(text, table) : null,
                TargetFileBytes = line.GetValue(target),
            };
            if (line.GetValue(branch) is { } reference) request = request with { Branch = reference };
            var compaction = new Compaction(table);
            if (line.GetValue(dryRun))
            {
                var plan = await compaction.PlanAsync(request, cancellation);
                if (line.GetValue(json)) output.WriteJson(new { plan.Files, plan.Bytes, Groups = plan.Bins.Count, UselessDeleteFiles = plan.UselessDeletes.Count });
                else output.Line(Text($"would rewrite {plan.Files} files of {plan.Bytes} bytes in {plan.Bins.Count} groups, and drop {plan.UselessDeletes.Count} delete files"));
                return LakeProgram.Done;
            }
            using var progress = new ProgressLine(output, clock);
            var report = await compaction.RunAsync(request, progress, cancellation);
            ManifestRewriteReport? manifests = null;
            if (!line.GetValue(keep))
            {
                var now = await LakeProgram.TableAsync(lake, table.Name.ToString(), clock, cancellation);
                manifests = await new ManifestRewrite(now).RunAsync(new ManifestRewriteRequest { Branch = request.Branch }, progress, cancellation);
            }
            progress.End();
            if (line.GetValue(json)) output.WriteJson(new { Files = report, Manifests = manifests });
            else Tell(output, report, manifests);
            return LakeProgram.Done;
        });
        return command;
    }

    private static void Tell(CommandOutput output, CompactionReport report, ManifestRewriteReport? manifests)
    {
        output.Line(Text($"rewrote {report.FilesRewritten} files of {report.BytesRewritten} bytes into {report.FilesAdded} of {report.BytesAdded}, and dropped {report.DeleteFilesRemoved} delete files"));
        if (manifests is { SnapshotId: not null }) output.Line(Text($"rewrote {manifests.ManifestsRead} manifests into {manifests.ManifestsWritten}"));
        if (report.Conflicts > 0) output.Line(Text($"{report.Conflicts} groups were changed by others meanwhile and stay for the next run"));
    }

    private static SortColumn[] Columns(string text, Table table) =>
        [.. LayoutText.Sort(text, table.Schema).Fields.Select(f => new SortColumn(table.Schema.FullName(f.SourceId)!) { Transform = f.Transform, IsDescending = f.IsDescending, NullsFirst = f.NullsFirst })];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
