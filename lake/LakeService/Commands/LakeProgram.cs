using System.CommandLine;
using System.CommandLine.Help;
using Lake;
using Lake.Catalog;
using Lake.Commit;
using Lake.Evolution;
using Lake.Expressions;
using Lake.Import;
using Lake.PointInTime;
using Lake.Query;
using LakeService.Configuration;
using Microsoft.Extensions.Configuration;

namespace LakeService.Commands;

/// <summary>The program <c>lake</c>: its commands, the settings that they share, and what their ends mean. Stateless.</summary>
public static class LakeProgram
{
    /// <summary>Exit codes: done; the command line is wrong; what was asked for cannot be done; ended by a signal, as shells count it: by an interrupt, or by a pipe that was closed.</summary>
    public const int Done = 0, Misused = 2, Failed = 1, Interrupted = 130, Closed = 141;

    internal static readonly Option<string?> Warehouse = new("--warehouse") { Description = "Folder or s3://bucket/prefix of the tables (setting Lake:Warehouse)", Recursive = true, HelpName = "PATH" };

    internal static readonly Option<string?> CatalogFile = new("--catalog") { Description = "SQLite file of a SQL catalog (setting Lake:Catalog); without one, the warehouse's folders are the catalog", Recursive = true, HelpName = "FILE" };

    internal static readonly Option<string?> Settings = new("--settings")
    {
        Description = "JSON file of settings; sections Lake, S3 and Tiering. Variables of the environment, as Lake__Warehouse and S3__ServiceUrl, go over it", Recursive = true, HelpName = "FILE",
    };

    /// <param name="args">The command line.</param>
    /// <param name="output">Where results and errors go.</param>
    /// <param name="clock">What time it is.</param>
    /// <param name="cancellation">Ends the command, which clears up.</param>
    public static async Task<int> RunAsync(string[] args, CommandOutput output, TimeProvider clock, CancellationToken cancellation)
    {
        try
        {
            return await AnswerAsync(args, output, clock, cancellation);
        }
        catch (OutputClosedException)
        {
            return Closed;
        }
    }

    /// <summary>Opens the lake that a command line and the settings name.</summary>
    /// <param name="mayBegin">Whether a folder or catalog file that is not there is made.</param>
    internal static LakeConnection Connect(ParseResult line, TimeProvider clock, bool mayBegin = false)
    {
        var settings = new ConfigurationBuilder();
        if (line.GetValue(Settings) is { } file)
        {
            if (!File.Exists(file)) throw new CommandException($"--settings is '{file}'; there is no such file");
            settings.AddJsonFile(Path.GetFullPath(file));
        }
        settings.AddEnvironmentVariables();
        var given = new Dictionary<string, string?>();
        if (line.GetValue(Warehouse) is { } warehouse) given["Lake:Warehouse"] = warehouse;
        if (line.GetValue(CatalogFile) is { } catalog) given["Lake:Catalog"] = catalog;
        settings.AddInMemoryCollection(given);
        try
        {
            return LakeConnection.Open(settings.Build(), clock, mayBegin);
        }
        catch (InvalidDataException e)
        {
            throw new CommandException($"--settings is '{line.GetValue(Settings)}'; it must be JSON: {e.InnerException?.Message ?? e.Message}");
        }
    }

    /// <summary>The table of a name: <c>namespace.table</c>, or the name of one table alone.</summary>
    internal static async Task<Table> TableAsync(LakeConnection lake, string name, TimeProvider clock, CancellationToken cancellation)
    {
        if (TableName.TryParse(name, out var exact) && await Table.LoadAsync(lake.Catalog, exact, clock, cancellation) is { } table) return table;
        var found = (await lake.Catalog.ListAsync(cancellation)).Where(n => n.Name == name).ToList();
        if (found.Count > 1) throw new CommandException($"TABLE is '{name}'; it may be {string.Join(" or ", found.Select(f => f.ToString()))}: name one with its namespace");
        return (found.Count == 1 ? await Table.LoadAsync(lake.Catalog, found[0], clock, cancellation) : null) ?? throw new CommandException($"TABLE is '{name}'; the lake has no such table, see lake tables");
    }

    /// <summary>The table of a name, or all tables where none is named.</summary>
    internal static async Task<IReadOnlyList<Table>> TablesAsync(LakeConnection lake, string? name, TimeProvider clock, CancellationToken cancellation)
    {
        if (name is not null) return [await TableAsync(lake, name, clock, cancellation)];
        var tables = new List<Table>();
        foreach (var each in await lake.Catalog.ListAsync(cancellation))
        {
            if (await Table.LoadAsync(lake.Catalog, each, clock, cancellation) is { } table) tables.Add(table);
        }
        return tables;
    }

    // What the lake, its storage or its settings say no with. Others are faults of the program, and are shown as such.
    internal static bool IsAnswer(Exception e) => e
        is CommandException or JoinException or LakeRequestException or QueryException or ImportException or LakeFormatException or FilterException or TableShapeException or CatalogException
        or CommitConflictException or CommitNotMadeException or CommitStateUnknownException
        or IOException or UnauthorizedAccessException;

    private static async Task<int> AnswerAsync(string[] args, CommandOutput output, TimeProvider clock, CancellationToken cancellation)
    {
        // Not a RootCommand: help would call it as its assembly is called.
        var root = new Command("lake", "Reads and keeps tables of a data lake, which are plain Apache Iceberg tables.") { Warehouse, CatalogFile, Settings, new HelpOption(), new VersionOption() };
        foreach (var command in Commands(output, clock)) root.Subcommands.Add(command);
        var parsed = root.Parse(args);
        var text = new StringWriter();
        try
        {
            if (parsed.Errors.Count > 0)
            {
                foreach (var error in parsed.Errors) await output.Error.WriteLineAsync($"lake: {error.Message}");
                await output.Error.WriteLineAsync($"lake: see lake {parsed.CommandResult.Command.Name} --help");
                return Misused;
            }
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = text, Error = output.Error }, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await output.Error.WriteLineAsync("lake: interrupted");
            return Interrupted;
        }
        catch (Exception e) when (IsAnswer(e) && e is not OutputClosedException)
        {
            await output.Error.WriteLineAsync($"lake: {e.Message}");
            return e is CommandException or LakeRequestException ? Misused : Failed;
        }
        finally
        {
            if (text.ToString() is { Length: > 0 } help) output.Line(help.TrimEnd('\n'));
        }
    }

    private static IEnumerable<Command> Commands(CommandOutput output, TimeProvider clock) =>
    [
        TablesCommand.Create(output, clock),
        DescribeCommand.Create(output, clock),
        HistoryCommand.Create(output, clock),
        DiffCommand.Create(output, clock),
        SqlCommand.Create(output, clock),
        CompactCommand.Create(output, clock),
        ExpireCommand.Create(output, clock),
        OrphansCommand.Create(output, clock),
        RollbackCommand.Create(output, clock),
        DropCommand.Create(output, clock),
        ImportCommand.Create(output, clock),
        ExportCommand.Create(output, clock),
        TierCommand.Create(output, clock),
        RestoreCommand.Create(output, clock),
        CostCommand.Create(output, clock),
        ObjectsCommand.Create(output, clock),
        JoinCommand.Create(output, clock),
    ];
}
