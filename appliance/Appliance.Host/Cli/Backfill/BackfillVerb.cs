using Appliance.Host.Cli.Events;
using Appliance.Host.Cli.Files;
using FeatureModel.Definitions;
using Grpc.Core;
using Grpc.Net.Client;

namespace Appliance.Host.Cli.Backfill;

/// <summary>
/// <c>appliance features backfill</c>: brings history into a stream view of the running appliance. Exit codes: 0 done, 1 refused in whole or in part, interrupted or not
/// reached, 2 a wrong command line.
/// </summary>
internal sealed class BackfillVerb(GrpcChannel channel, TextWriter output, TextWriter errors)
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (!BackfillArguments.TryParse(args, out var arguments, out var error)) return Usage.Refuse(error);
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            // The second ends the process: a read of what is piped in waits for whoever pipes.
            pressed.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        };
        if (!ApplianceClient.TryCreate(out var created, out var wrong)) return Usage.Refuse(wrong);
        using var http = created;
        // A backfill runs as long as it runs.
        http.Timeout = Timeout.InfiniteTimeSpan;
        using var channel = GrpcChannel.ForAddress(arguments.Address, new GrpcChannelOptions { HttpClient = http });
        return await new BackfillVerb(channel, Console.Out, Console.Error).RunAsync(arguments, stop.Token);
    }

    /// <summary>Returns the exit code.</summary>
    public async Task<int> RunAsync(BackfillArguments arguments, CancellationToken cancellation)
    {
        var hasBegun = false;
        try
        {
            var (source, shape) = arguments.Journal ? default : await PlanAsync(arguments, cancellation);
            EventFile Open(string file) => new(file == InputFile.Piped || InputFile.IsJson(file) ? new JsonEventReader(file, null, shape) : new CsvEventReader(file, shape!), null);
            var files = source is null || arguments.Files.Count > 0 ? arguments.Files : FilesOf(source);
            // What is wrong with a file as a whole is told before anything is sent.
            foreach (var file in files.Where(f => f != InputFile.Piped)) Open(file).Dispose();
            using var call = new Contracts.Features.Backfill.BackfillClient(channel).Run(cancellationToken: cancellation);
            using var run = new BackfillRun(call, arguments, errors);
            await run.BeginAsync(cancellation);
            hasBegun = true;
            try
            {
                if (arguments.Journal) await run.ReplayJournalAsync(cancellation);
                foreach (var file in files)
                {
                    using var events = Open(file);
                    await run.SendAsync(events, cancellation);
                }
            }
            catch (Exception e) when (IsOfFile(e))
            {
                await run.GiveUpAsync();
                throw;
            }
            await run.EndAsync();
            output.WriteLine(run.Summary());
            return run.Refused == 0 || arguments.SkipsBadLines ? 0 : 1;
        }
        catch (Exception e) when (IsOfFile(e))
        {
            errors.WriteLine(hasBegun ? $"appliance: {e.Message}. What was acknowledged stays; a repeated run passes it over." : $"appliance: {e.Message}");
        }
        catch (Exception e) when (cancellation.IsCancellationRequested && e is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            errors.WriteLine("appliance: interrupted; what was acknowledged stays, and a repeated run passes it over");
        }
        catch (RpcException e)
        {
            errors.WriteLine(IsUnreached(e) ? $"appliance: {arguments.Address} cannot be reached over gRPC: {e.Status.DebugException!.GetBaseException().Message}" : $"appliance: {e.Status.Detail}");
        }
        return 1;
    }

    // A port that nobody listens on ends in the socket's error, another protocol in one of HTTP.
    private static bool IsUnreached(RpcException e) => e.Status.DebugException is HttpRequestException or System.Net.Sockets.SocketException;

    private static bool IsOfFile(Exception e) => e is InputException or UnreadableFileException;

    private async Task<(SourceDefinition Source, RowShape Shape)> PlanAsync(BackfillArguments arguments, CancellationToken cancellation)
    {
        var registry = new GrpcRegistryClient(channel);
        var view = await registry.ViewAsync(arguments.View, cancellation);
        if (view.Kind != "stream") throw new InputException($"feature view '{view.Name}' is of kind {view.Kind}; history goes into views of kind stream");
        var source = await registry.SourceAsync(view.Source!, cancellation);
        return (source, await EventPlan.OfSourceAsync(arguments.Columns, source, registry, cancellation));
    }

    private static List<string> FilesOf(SourceDefinition source) => source.Path is { Length: > 0 } path
        ? [path]
        : throw new InputException($"--file is missing, and source '{source.Name}' names no path of its history; give the files, or --journal for what the journal has");
}
