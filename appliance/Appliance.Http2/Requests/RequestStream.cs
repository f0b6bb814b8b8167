using System.Buffers;
using System.IO.Pipelines;
using Appliance.Http2.Frames;
using Appliance.Http2.Streams;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Appliance.Http2.Requests;

/// <summary>
/// A request that the host's application answers. Runs on the thread pool from its headers on; the stream is over once the application is
/// done and all that it wrote is sent, or nobody is there to send it to.
/// </summary>
internal sealed partial class RequestStream : Http2Stream, IThreadPoolWorkItem
{
    private readonly IRequestRunner _runner;
    private readonly ILogger _logger;
    private readonly ConnectionFeatures _connection;
    private readonly RequestBody _requestBody;
    private readonly ResponseBody _responseBody;

    // Guarded by the gate: a flush that waits for the peer's windows; the response's last frame is written; the application is done.
    private TaskCompletionSource<FlushResult>? _flush;
    private bool _isSent;
    private bool _isFinished;

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

    public ArrayPool<byte> Memory => Connection.Memory;

    internal override bool AwaitsBody => !RemoteEnded && MinDataRate is not null;

    // Whatever the application writes, such an answer ends with its headers: RFC 9110, 6.4.1. Those may say how long the content of a GET would be.
    private bool HasNoContent => HttpMethods.IsHead(Method) || StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified;

    internal override void Opened() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    internal override void Receive(ReadOnlySpan<byte> data)
    {
        if (!_requestBody.TryAdd(data)) Connection.Consumed(this, data.Length);
    }

    internal override void ReceivedAll()
    {
        _requestBody.End(fault: null);
        lock (Connection.Output.Gate)
        {
            if (_isSent) Connection.Closes(this);
        }
    }

    internal override void Abandoned()
    {
        _requestBody.End(new IOException("The caller broke off the request."));
        EndFlush(isCanceled: false, isCompleted: true);
        if (_isFinished) Connection.Ended(this);
        // Whoever waits for it may do anything: not on the connection's reader, and not under its gate.
        else ThreadPool.UnsafeQueueUserWorkItem(static stream => stream.CancelAborted(), this, preferLocal: false);
    }

    internal override void PendingSent()
    {
        if (EndsAfterPending) Sent();
        EndFlush(isCanceled: false, isCompleted: false);
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

    /// <summary>Sends what the response's body has gathered, its headers before it. Completes once the peer has taken what it must to go on.</summary>
    public async ValueTask<FlushResult> SendBodyAsync(CancellationToken cancellation)
    {
        if (!HasStarted) await FireAsync(_starting);
        var sent = Send(ends: false);
        Connection.Flush();
        // An application is not to write faster than the peer reads, whatever windows it grants.
        if (Connection.Output.IsCongested) await Connection.Output.RoomAsync().WaitAsync(cancellation);
        return sent.IsCompleted ? await sent : await sent.WaitAsync(cancellation);
    }

    /// <summary>Lets a flush that waits return; what it waited for is still sent.</summary>
    public void CancelFlush()
    {
        lock (Connection.Output.Gate) EndFlush(isCanceled: true, isCompleted: false);
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
            Fail();
        }
        finally
        {
            // What is called back behind the answer is no longer the caller's call.
            Finish();
            await FireCompletedAsync();
        }
    }

    private void Fail()
    {
        _responseEnded = true;
        if (HasStarted)
        {
            Connection.Reset(this, Http2ErrorCode.InternalError);
            return;
        }
        _responseBody.Drop();
        _headers.Clear();
        _trailers.Clear();
        StatusCode = StatusCodes.Status500InternalServerError;
        _ = Send(ends: true);
    }

    private async Task EndResponseAsync()
    {
        if (_responseEnded) return;
        _responseEnded = true;
        if (!HasStarted) await FireAsync(_starting);
        _ = Send(ends: true);
        Connection.Flush();
    }

    private void Finish()
    {
        var unread = _requestBody.Abandon();
        if (unread > 0) Connection.Consumed(this, unread);
        lock (Connection.Output.Gate)
        {
            _responseBody.Drop();
            _isFinished = true;
            if (!Ended && (_isSent || Closed)) Connection.Ended(this);
            // Whatever the application made of its answer, the caller is not left waiting for the rest.
            else if (!Ended && !EndsAfterPending) Connection.Reset(this, Http2ErrorCode.InternalError);
        }
        Connection.Flush();
    }

    private Task<FlushResult> Send(bool ends)
    {
        lock (Connection.Output.Gate)
        {
            if (Closed || _isSent || EndsAfterPending)
            {
                _responseBody.Drop();
                return Task.FromResult(new FlushResult(isCanceled: false, isCompleted: true));
            }
            if (HasNoContent) _responseBody.Drop();
            var isBare = ends && _responseBody.UnflushedBytes == 0 && _trailers.Count == 0;
            if (!HasStarted)
            {
                HasStarted = true;
                var headers = new HeaderBlock();
                headers.Status(StatusCode);
                Connection.Replies.WriteBlock(Id, Encode(_headers, headers), isBare);
                if (isBare) Sent();
            }
            if (_isSent || (_responseBody.UnflushedBytes == 0 && !ends)) return _flush?.Task ?? Task.FromResult(default(FlushResult));
            Append();
            EndsAfterPending = ends;
            ProgressTick = Connection.Tick;
            Connection.SendFlow.Send(this);
            if (PendingBytes == 0) return Task.FromResult(default(FlushResult));
            _flush ??= new TaskCompletionSource<FlushResult>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _flush.Task;
        }
    }

    // Behind what still waits for the peer's windows. The gate is held.
    private void Append()
    {
        var block = _responseBody.Take(out var length);
        if (Pending is null)
        {
            Pending = block.Length > 0 ? block : null;
            (PendingAt, PendingEnd) = (0, length);
            return;
        }
        if (length == 0)
        {
            if (block.Length > 0) Memory.Return(block);
            return;
        }
        var both = Memory.Rent(PendingBytes + length);
        Pending.AsSpan(PendingAt, PendingBytes).CopyTo(both);
        block.AsSpan(0, length).CopyTo(both.AsSpan(PendingBytes));
        (PendingAt, PendingEnd) = (0, PendingBytes + length);
        Memory.Return(block);
        Memory.Return(Pending);
        Pending = both;
    }

    // The gate is held.
    private void Sent()
    {
        _isSent = true;
        if (RemoteEnded) Connection.Closes(this);
        if (_isFinished && !Ended) Connection.Ended(this);
    }

    // The gate is held.
    private void EndFlush(bool isCanceled, bool isCompleted)
    {
        _flush?.SetResult(new FlushResult(isCanceled, isCompleted));
        _flush = null;
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

    private async Task FireCompletedAsync()
    {
        while (_completed is not null && _completed.Count > 0)
        {
            try
            {
                await FireAsync(_completed);
            }
            catch (Exception e)
            {
                Log.CallbackFailed(_logger, e, Path);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.ApplicationFailed, LogLevel.Error, "The application failed on {Path}.")]
        public static partial void ApplicationFailed(ILogger logger, Exception cause, string path);

        [LoggerMessage(EventIds.CallbackFailed, LogLevel.Error, "A callback at the end of {Path} failed.")]
        public static partial void CallbackFailed(ILogger logger, Exception cause, string path);
    }
}
