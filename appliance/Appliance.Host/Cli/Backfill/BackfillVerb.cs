using System.Globalization;
using Contracts.Features;
using FeatureModel.Definitions;
using FeatureModel.Definitions.Changes;
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
            pressed.Cancel = true;
            stop.Cancel();
        };
        using var channel = GrpcChannel.ForAddress(arguments.Address);
        return await new BackfillVerb(channel, Console.Out, Console.Error).RunAsync(arguments, stop.Token);
    }

    /// <summary>Returns the exit code.</summary>
    public async Task<int> RunAsync(BackfillArguments arguments, CancellationToken cancellation)
    {
        try
        {
            var shape = arguments.Journal ? null : await DescribeAsync(arguments, cancellation);
            var files = shape is null || arguments.Files.Count > 0 ? arguments.Files : FilesOf(shape);
            // What is wrong with a file as a whole is told before anything is sent.
            foreach (var file in files) HistoryFile.Open(file, shape!).Dispose();
            using var call = new Contracts.Features.Backfill.BackfillClient(channel).Run(cancellationToken: cancellation);
            using var run = new BackfillRun(call, arguments, errors);
            await run.BeginAsync(cancellation);
            try
            {
                if (arguments.Journal) await run.ReplayJournalAsync(cancellation);
                foreach (var file in files) await run.SendAsync(file, shape!, cancellation);
            }
            catch (HistoryFileException)
            {
                // The appliance lets go of the view when the call has ended: a run that follows at once must find it free.
                await run.EndAsync();
                throw;
            }
            await run.EndAsync();
            output.WriteLine(run.Summary());
            return run.Refused == 0 || arguments.SkipsBadLines ? 0 : 1;
        }
        catch (HistoryFileException e)
        {
            errors.WriteLine($"appliance: {e.Message}. What was acknowledged stays; a repeated run passes it over.");
        }
        catch (Exception e) when (cancellation.IsCancellationRequested && e is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            errors.WriteLine("appliance: interrupted; what was acknowledged stays, and a repeated run passes it over");
        }
        catch (RpcException e)
        {
            errors.WriteLine(e.StatusCode == StatusCode.Unavailable && e.InnerException is not null
                ? $"appliance: {arguments.Address} cannot be reached: {e.Status.Detail}"
                : $"appliance: {e.Status.Detail}");
        }
        return 1;
    }

    private async Task<HistoryShape> DescribeAsync(BackfillArguments arguments, CancellationToken cancellation)
    {
        var registry = new FeatureRegistry.FeatureRegistryClient(channel);
        var view = (FeatureViewDefinition)await DefinitionAsync(registry, Kind.FeatureView, DefinitionKind.FeatureView, arguments.View, cancellation);
        if (view.Source is null) throw new HistoryFileException($"feature view '{view.Name}' has no source; history goes into views over the event stream");
        var source = (SourceDefinition)await DefinitionAsync(registry, Kind.Source, DefinitionKind.Source, view.Source, cancellation);
        var keys = new List<FieldDefinition>();
        foreach (var name in view.Entities)
        {
            var entity = (EntityDefinition)await DefinitionAsync(registry, Kind.Entity, DefinitionKind.Entity, name, cancellation);
            keys.AddRange(entity.JoinKeys.Where(k => keys.TrueForAll(known => known.Name != k.Name)));
        }
        return new HistoryShape(source, keys, arguments.IdColumn);
    }

    private static async Task<NamedDefinition> DefinitionAsync(
        FeatureRegistry.FeatureRegistryClient registry, Kind kind, DefinitionKind definitionKind, string name, CancellationToken cancellation)
    {
        var reply = await registry.DescribeAsync(new DescribeRequest { Kind = kind, Name = name }, cancellationToken: cancellation);
        if (reply.DeletedBy is not null) throw new HistoryFileException(string.Create(CultureInfo.InvariantCulture, $"{definitionKind.Word()} is '{name}'; it was deleted by revision {reply.DeletedBy.Number}"));
        return CanonicalJson.Read(definitionKind, reply.Versions[^1].Definition);
    }

    private static List<string> FilesOf(HistoryShape shape) => shape.Source.Path is { Length: > 0 } path
        ? [path]
        : throw new HistoryFileException($"--file is missing, and source '{shape.Source.Name}' names no path of its history; give the files, or --journal for what the journal has");
}
