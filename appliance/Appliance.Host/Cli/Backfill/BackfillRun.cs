using System.Globalization;
using Appliance.Host.Cli.Events;
using Appliance.Host.Cli.Files;
using Contracts.Features;
using FeatureModel.Events;
using Google.Protobuf;
using Grpc.Core;

namespace Appliance.Host.Cli.Backfill;

/// <summary>One backfill as its sender sees it: batches out, progress back. Owned by one thread; the call is its caller's.</summary>
internal sealed class BackfillRun(AsyncDuplexStreamingCall<BackfillMessage, BackfillProgress> call, BackfillArguments arguments, TextWriter errors) : IDisposable
{
    /// <summary>Events of a batch. 2,000: some 400 KB, and a commit of the disk for each.</summary>
    private const int BatchEvents = 2_000;

    /// <summary>Bytes of a batch after which it is sent. 1 MiB: a quarter of what gRPC takes in a message.</summary>
    private const int BatchBytes = 1 << 20;

    /// <summary>Bad lines that are named; more of them end the run unless they are to be skipped. 100: a screenful or two.</summary>
    public const int MaxRefused = 100;

    /// <summary>Events between two lines of progress.</summary>
    private const long ProgressEvents = 100_000;

    private readonly EventRecordBuffer _records = new();
    private readonly List<int> _lines = [];
    private BackfillProgress _progress = new();
    private long _refusedHere;
    private long _told = ProgressEvents;

    /// <summary>Lines and events that are no history of the view.</summary>
    public long Refused => _refusedHere + _progress.Refused;

    public async Task BeginAsync(CancellationToken cancellation)
    {
        var begin = new BackfillBegin { View = arguments.View, DryRun = arguments.IsDryRun };
        if (arguments.Until is { } until) begin.Until = until;
        await ExchangeAsync(new BackfillMessage { Begin = begin }, cancellation);
    }

    public async Task ReplayJournalAsync(CancellationToken cancellation)
    {
        await ExchangeAsync(new BackfillMessage { Journal = true }, cancellation);
        while (true)
        {
            foreach (var refusal in _progress.Refusals) Tell($"journal: {refusal.Rule}");
            if (_progress.AtEnd) return;
            await NextAsync(cancellation);
        }
    }

    public async Task SendAsync(EventFile file, CancellationToken cancellation)
    {
        foreach (var note in file.Notes) errors.WriteLine(note);
        for (var status = file.Read(_records); status != LineStatus.End; status = file.Read(_records))
        {
            if (status == LineStatus.Wrong)
            {
                _refusedHere++;
                Tell(file.Fault!.ToString());
            }
            else
            {
                _lines.Add(file.Line);
            }
            if (_records.Count >= BatchEvents || _records.Bytes.Length >= BatchBytes) await SendBatchAsync(file.Path, cancellation);
        }
        await SendBatchAsync(file.Path, cancellation);
    }

    /// <summary>Ends the call in good order.</summary>
    public async Task EndAsync()
    {
        await call.RequestStream.CompleteAsync();
        while (await call.ResponseStream.MoveNext(CancellationToken.None)) _progress = call.ResponseStream.Current;
    }

    /// <summary>
    /// Ends the call before all is sent. Of files in good order: the appliance lets go of the view when the call has ended, and a run that follows at once must find it free.
    /// A replay of the journal would go on to its end: disposing the call cancels it.
    /// </summary>
    public async Task GiveUpAsync()
    {
        if (arguments.Journal) return;
        try
        {
            await EndAsync();
        }
        catch (RpcException)
        {
            // Why it is given up is what the user must hear.
        }
    }

    /// <summary>What came of it, in a line.</summary>
    public string Summary() => string.Create(CultureInfo.InvariantCulture,
        $"{arguments.View}: {_progress.Read + _refusedHere} read, {_progress.Appended} {(arguments.IsDryRun ? "would be appended" : "appended")}, {_progress.AlreadyThere} already there, {_progress.PassedOver} passed over, {Refused} refused");

    public void Dispose() => _records.Dispose();

    private async Task SendBatchAsync(string path, CancellationToken cancellation)
    {
        if (_records.Count == 0) return;
        await ExchangeAsync(new BackfillMessage { Records = ByteString.CopyFrom(_records.Bytes) }, cancellation);
        foreach (var refusal in _progress.Refusals) Tell(new LineFault(path, _lines[refusal.Index], null, null, refusal.Rule).ToString());
        _records.Clear();
        _lines.Clear();
        if (_progress.Read < _told) return;
        _told = _progress.Read + ProgressEvents;
        errors.WriteLine(Summary());
    }

    private async Task ExchangeAsync(BackfillMessage message, CancellationToken cancellation)
    {
        try
        {
            await call.RequestStream.WriteAsync(message, cancellation);
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // The call has ended; its status, which the reading gives, says why.
        }
        await NextAsync(cancellation);
    }

    private async Task NextAsync(CancellationToken cancellation)
    {
        if (!await call.ResponseStream.MoveNext(cancellation)) throw new RpcException(new Status(StatusCode.Unavailable, "the appliance ended the backfill"));
        _progress = call.ResponseStream.Current;
    }

    private void Tell(string fault)
    {
        if (Refused <= MaxRefused || !arguments.SkipsBadLines) errors.WriteLine(fault);
        if (Refused > MaxRefused && !arguments.SkipsBadLines) throw new InputException($"more than {MaxRefused} lines are refused; --skip-bad-lines goes on all the same");
    }
}
