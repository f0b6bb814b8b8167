using System.IO.Pipelines;
using Appliance.Http2.Frames;
using Appliance.Http2.Streams;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Appliance.Http2.Requests;

/// <summary>
/// A request that the host's application answers. Runs on the thread pool from its headers on; the stream ends when the application is
/// done and all it wrote is sent.
/// </summary>
internal sealed partial class RequestStream : Http2Stream, IThreadPoolWorkItem
{
    private readonly IRequestRunner _runner;
    private readonly ILogger _logger;
    private readonly ConnectionFeatures _connection;
    private readonly RequestBody _requestBody;
    private readonly ResponseBody _responseBody;

    // Guarded by the gate. Only while a flush waits for the peer's windows.
    private TaskCompletionSource<FlushResult>? _flush;

    // The application's alone: callbacks in their order, and whether the response's end was asked for.
    private Stack<(Func<object, Task> Callback, object State)>? _starting;
    private Stack<(Func<object, Task> Callback, object State)>? _completed;
    private bool _responseEnded;

    public RequestStream(RequestHead head, IRequestRunner runner, ConnectionFeatures connection, ILogger logger)
    {
        _runner = runner;
        _logger = logger;
        _connection = connection;
        _requestBody = new RequestBody(this);
        _responseBody = new ResponseBody(this);
        TakeHead(head);
    }

    public System.Buffers.ArrayPool<byte> Memory => Connection.Memory;

    internal override void Opened() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    internal override void Receive(ReadOnlySpan<byte> data)
    {
        if (!_requestBody.TryAdd(data)) Connection.Consumed(this, data.Length);
    }

    internal override void ReceivedAll() => _requestBody.End(fault: null);

    internal override void Abandoned()
    {
        _requestBody.End(new IOException("The caller broke off the request."));
        TaskCompletionSource<FlushResult>? flush;
        lock (Connection.Output.Gate) (flush, _flush) = (_flush, null);
        flush?.SetResult(new FlushResult(isCanceled: false, isCompleted: true));
        // Whoever waits for it may do anything: not on the connection's reader.
        ThreadPool.UnsafeQueueUserWorkItem(static stream => stream.CancelAborted(), this, preferLocal: false);
    }

    internal override void PendingSent()
    {
        if (EndsAfterPending) Connection.Ended(this);
        _flush?.SetResult(default);
        _flush = null;
    }

    internal override void WriteTrailers()
    {
        if (_trailers.Count > 0)
        {
            Connection.Replies.WriteBlock(Id, Encode(_trailers, new HeaderBlock()), endStream: true);
            return;
        }
        FrameHeader.Write(Connection.Output.Reserve(FrameHeader.Size), 0, FrameType.Data, FrameFlags.EndStream, Id);
        Connection.Output.Commit(FrameHeader.Size);
    }

    /// <summary>Bytes of the body were read by the application.</summary>
    public void BodyConsumed(int bytes)
    {
        Connection.Consumed(this, bytes);
        Connection.Flush();
    }

    /// <summary>Sends what the response's body has gathered, its headers before it.</summary>
    public async ValueTask<FlushResult> SendBodyAsync()
    {
        if (!HasStarted) await FireAsync(_starting);
        var sent = Send(ends: false);
        Connection.Flush();
        return await sent;
    }

    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    private async Task RunAsync()
    {
        try
        {
            await _runner.RunAsync(_features);
            await EndResponseAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException && Volatile.Read(ref Closed))
        {
            // The caller broke it off, and the application noticed.
        }
        catch (Exception e)
        {
            Log.ApplicationFailed(_logger, e, Path);
            await FailAsync();
        }
        await FireAsync(_completed);
        Finish();
    }

    private async Task FailAsync()
    {
        if (HasStarted)
        {
            Connection.Reset(this, Http2ErrorCode.InternalError);
            return;
        }
        _responseBody.Take(out _);
        _headers.Clear();
        _trailers.Clear();
        _starting = null;
        StatusCode = StatusCodes.Status500InternalServerError;
        await EndResponseAsync();
    }

    private async Task EndResponseAsync()
    {
        if (_responseEnded) return;
        _responseEnded = true;
        await FireAsync(_starting);
        _ = Send(ends: true);
        Connection.Flush();
    }

    // Everything is sent, waits for the peer's windows, or nobody is there any more.
    private void Finish()
    {
        var unread = _requestBody.Abandon();
        if (unread > 0) Connection.Consumed(this, unread);
        lock (Connection.Output.Gate)
        {
            if (Closed && !Ended) Connection.Ended(this);
        }
        Connection.Flush();
    }

    private ValueTask<FlushResult> Send(bool ends)
    {
        lock (Connection.Output.Gate)
        {
            if (Closed || Ended) return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: true));
            var block = _responseBody.Take(out var length);
            var endsWithHeaders = ends && length == 0 && _trailers.Count == 0;
            if (!HasStarted)
            {
                HasStarted = true;
                var headers = new HeaderBlock();
                headers.Status(StatusCode);
                Connection.Replies.WriteBlock(Id, Encode(_headers, headers), endsWithHeaders);
                if (endsWithHeaders)
                {
                    Connection.Ended(this);
                    return default;
                }
            }
            if (length == 0 && !ends) return default;
            Pending = block.Length > 0 ? block : null;
            (PendingAt, PendingEnd, EndsAfterPending) = (0, length, ends);
            Connection.SendFlow.Send(this);
            if (Pending is null || ends) return default;
            _flush = new TaskCompletionSource<FlushResult>(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask<FlushResult>(_flush.Task);
        }
    }

    private static HeaderBlock Encode(IHeaderDictionary fields, HeaderBlock block)
    {
        foreach (var (name, values) in fields)
        {
            foreach (var value in values) block.Add(name, value ?? "");
        }
        return block;
    }

    private static async Task FireAsync(Stack<(Func<object, Task> Callback, object State)>? callbacks)
    {
        while (callbacks is not null && callbacks.TryPop(out var next)) await next.Callback(next.State);
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.ApplicationFailed, LogLevel.Error, "The application failed on {Path}.")]
        public static partial void ApplicationFailed(ILogger logger, Exception cause, string path);
    }
}
