using Appliance.Host.Cli.Files;

namespace Appliance.Host.Cli.Sending;

/// <summary>Sends what files hold, several bodies at a time, until the end, a fault or the word to stop. Used once.</summary>
/// <param name="skipBadLines">Whether wrong lines are passed over and counted.</param>
internal sealed class SendLoop(BodyPoster poster, SendWindowPolicy window, SendReport report, bool skipBadLines)
{
    private readonly Queue<(OutgoingBody Body, Task<PostResult> Post)> _inFlight = [];

    // Why no more is sent; null while it goes on.
    private string? _end;

    // Whether a body was not taken: what came behind it may be there, but nothing is reached any more.
    private bool _hasGap;

    /// <summary>Sends one file; false where it ended early, for the reason that the report was told.</summary>
    public async Task<bool> SendAsync(EventBodies bodies, CancellationToken stop)
    {
        while (_end is null)
        {
            if (stop.IsCancellationRequested)
            {
                _end = "stopped";
                break;
            }
            var body = bodies.Next();
            if (body is not null)
            {
                while (!window.MaySend(_inFlight.Count, _inFlight.Count == 0 ? 0 : _inFlight.Min(b => b.Body.Oldest), body.Newest)) await SettleAsync();
                if (_end is null && !stop.IsCancellationRequested) _inFlight.Enqueue((body, PostAsync(body, stop)));
            }
            if (stop.IsCancellationRequested) continue;
            if (bodies.Fault is { } fault) Judge(fault);
            else if (bodies.HasEnded) break;
        }
        while (_inFlight.Count > 0) await SettleAsync();
        if (_end is not null) report.Stopped(_end);
        return _end is null;
    }

    private void Judge(LineFault fault)
    {
        if (skipBadLines) report.PassedOver(fault);
        else _end ??= fault.ToString();
    }

    // The first that was sent: so what is reached has no gaps behind it.
    private async Task SettleAsync()
    {
        var (body, post) = _inFlight.Dequeue();
        var result = await post;
        _hasGap |= result.Outcome != PostOutcome.Taken;
        if (!_hasGap) report.Reached(body.File, body.LastLine);
        else if (result.Outcome == PostOutcome.Failed) _end ??= result.Message;
        else if (result.Outcome == PostOutcome.EventRefused) _end ??= FaultOf(body, result).ToString();
    }

    private async Task<PostResult> PostAsync(OutgoingBody body, CancellationToken stop)
    {
        while (true)
        {
            var result = body.Count > 0 ? await poster.PostAsync(body, stop) : new PostResult(PostOutcome.Taken);
            if (result.Outcome == PostOutcome.Taken) report.Taken(result);
            if (result.Outcome != PostOutcome.EventRefused || !skipBadLines) return result;
            report.PassedOver(FaultOf(body, result));
            body.RemoveAt(result.Index);
        }
    }

    private static LineFault FaultOf(OutgoingBody body, PostResult refused) =>
        new(body.File, body.LineOf(Math.Min(refused.Index, body.Count - 1)), null, null, refused.Message);
}
