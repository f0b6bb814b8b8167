using System.CommandLine;
using System.Globalization;
using FeatureModel;
using FeatureModel.Definitions;
using Lake.Catalog;
using Lake.PointInTime;
using Lake.Query;
using Lake.Scan;
using LakeService.Configuration;

namespace LakeService.Commands;

/// <summary><c>lake join</c>: features at each row's own moment, as a training set.</summary>
internal static class JoinCommand
{
    private const char Separator = ',';

    private static readonly Option<string> Spine = new("--spine") { Description = "Table whose rows features are looked up for", Required = true, HelpName = "TABLE" };
    private static readonly Option<string?> At = new("--at") { Description = "The spine's snapshot id, branch, tag or time; without it, the newest", HelpName = "SNAPSHOT" };
    private static readonly Option<string> Features = new("--features") { Description = "view:feature, a view or a feature service; several with commas", Required = true, HelpName = "NAMES" };
    private static readonly Option<string> Folder = new("--definitions") { Description = "Folder of the feature definitions", Required = true, HelpName = "FOLDER" };
    private static readonly Option<string> Out = new("--out") { Description = "Table to make", Required = true, HelpName = "TABLE" };
    private static readonly Option<string> Time = new("--time") { Description = "The spine's column of the moment", DefaultValueFactory = _ => "event_timestamp", HelpName = "COLUMN" };
    private static readonly Option<string[]> History = new("--history")
    {
        Description = "Table of a source's history, where it is not the source's path; may stand several times", HelpName = "SOURCE=TABLE",
    };
    private static readonly Option<string[]> Alias = new("--alias")
    {
        Description = "A view under another name, with its join keys in other columns: origin=location:location_id=origin_id, further keys with commas; may stand several times", HelpName = "NAME=VIEW:KEY=COLUMN",
    };
    private static readonly Option<bool> CreatedByThen = new("--created-by-then") { Description = "Leave out history that was made after the row's moment" };
    private static readonly Option<bool> KeepStale = new("--keep-stale") { Description = "Keep values that are older than their view's TTL" };
    private static readonly Option<bool> ShortNames = new("--short-names") { Description = "Call columns feature, not view__feature" };
    private static readonly Option<bool> Status = new("--status") { Description = "Also write each view's event time and status" };

    public static Command Create(CommandOutput output, TimeProvider clock)
    {
        var command = new Command("join", "Joins features to a table's rows as they were at each row's moment, and writes them as a new table.\n\n"
            + "Example: lake join --spine shop.labels --features member_activity:visit_7d,koc_potential --definitions features --out shop.training --warehouse /data/lake")
        {
            Spine, At, Features, Folder, Out, Time, History, Alias, CreatedByThen, KeepStale, ShortNames, Status,
        };
        command.SetAction(async (line, cancellation) =>
        {
            using var lake = LakeProgram.Connect(line, clock);
            var catalog = Definitions(line.GetRequiredValue(Folder));
            var request = await RequestAsync(line, lake, catalog, clock, cancellation);
            if (!TableName.TryParse(line.GetRequiredValue(Out), out var target)) throw new CommandException($"--out is '{line.GetRequiredValue(Out)}'; it must be namespace.table");
            using var progress = new ProgressLine(output, clock);
            try
            {
                var table = await new PointInTimeJoin(lake.Catalog, catalog, new QueryLimits { StagingFolder = lake.StagingFolder }, clock).WriteAsync(request, target, progress, cancellation);
                var rows = table.Metadata.CurrentSnapshot?.Summary.GetValueOrDefault("total-records") ?? "0";
                output.Line(string.Create(CultureInfo.InvariantCulture, $"{rows} rows with {request.Features.Count} features to {target}"));
            }
            finally
            {
                progress.End();
            }
            return LakeProgram.Done;
        });
        return command;
    }

    private static DefinitionCatalog Definitions(string folder)
    {
        var read = DefinitionFiles.ReadFolder(folder);
        var errors = read.Errors.Count > 0 ? read.Errors : DefinitionsValidator.Check(read.Definitions, FeatureRules.All);
        return errors.Count == 0 ? new DefinitionCatalog(read.Definitions) : throw new CommandException(string.Join("\nlake: ", errors));
    }

    private static async Task<JoinRequest> RequestAsync(ParseResult line, LakeConnection lake, DefinitionCatalog catalog, TimeProvider clock, CancellationToken cancellation)
    {
        var spine = await LakeProgram.TableAsync(lake, line.GetRequiredValue(Spine), clock, cancellation);
        var snapshot = line.GetValue(At) is { } at ? CommandText.Snapshot(spine.Metadata, "--at", at) : new ScanRequest();
        var aliases = (line.GetValue(Alias) ?? []).Select(Aliased).ToDictionary();
        var features = FeatureChoice.Of(ViewAlias.Over(catalog, aliases), line.GetRequiredValue(Features).Split(Separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return new JoinRequest(JoinSpine.Of(new TableAt(spine.Name, snapshot)), features)
        {
            TimeColumn = line.GetRequiredValue(Time),
            Histories = (line.GetValue(History) ?? []).Select(h => Named(h, catalog)).ToDictionary(),
            Aliases = aliases,
            CreatedByThen = line.GetValue(CreatedByThen),
            KeepsStale = line.GetValue(KeepStale),
            ShortNames = line.GetValue(ShortNames),
            WithStatus = line.GetValue(Status),
        };
    }

    private static KeyValuePair<string, ViewAlias> Aliased(string text)
    {
        var parts = text.Split(':', 2);
        var view = parts[0].Split('=');
        var keys = parts.Length < 2 ? [] : parts[1].Split(Separator, StringSplitOptions.TrimEntries).Select(k => k.Split('=')).ToList();
        if (view.Length != 2 || keys.Count == 0 || keys.Exists(k => k.Length != 2)) throw new CommandException($"--alias is '{text}'; it must be name=view:key=column");
        return KeyValuePair.Create(view[0], new ViewAlias(view[1], keys.DistinctBy(k => k[0]).ToDictionary(k => k[0], k => k[1])));
    }

    private static KeyValuePair<string, TableAt> Named(string text, DefinitionCatalog catalog)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        if (at <= 0 || !TableName.TryParse(text[(at + 1)..], out var table)) throw new CommandException($"--history is '{text}'; it must be source=namespace.table");
        if (catalog.Source(text[..at]) is null) throw new CommandException($"--history is '{text}'; there is no source '{text[..at]}'{catalog.Hint(DefinitionKind.Source, text[..at])}");
        return KeyValuePair.Create(text[..at], new TableAt(table));
    }
}
