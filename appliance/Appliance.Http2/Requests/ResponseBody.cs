using System.IO.Pipelines;

namespace Appliance.Http2.Requests;

/// <summary>
/// A response's body: gathered here until it is flushed. One application thread at a time writes it, but a timer of the application's may
/// end the response meanwhile.
/// </summary>
internal sealed class ResponseBody(RequestStream stream) : PipeWriter
{
    private const int SmallestBlock = 512;

    // Guards all fields.
    private readonly Lock _gate = new();
    private byte[] _block = [];
    private int _length;

    // The application has the block's free part in hand; it was taken away meanwhile.
    private bool _isLent;
    private bool _isLost;

    public override bool CanGetUnflushedBytes => true;
    public override long UnflushedBytes => _length;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        lock (_gate)
        {
            EnsureRoom(Math.Max(sizeHint, 1));
            _isLent = true;
            _isLost = false;
            return _block.AsMemory(_length);
        }
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        lock (_gate)
        {
            // Written behind the response's end: nobody will read it.
            if (_isLost) return;
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)(_block.Length - _length));
            _length += bytes;
            _isLent = false;
        }
    }

    /// <summary>Sends what has gathered. Completes once the peer has taken it, or is gone.</summary>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => stream.SendBodyAsync(cancellationToken);

    /// <summary>Hands over what has gathered; its memory is the caller's.</summary>
    public byte[] Take(out int length)
    {
        lock (_gate)
        {
            length = _length;
            var block = _block;
            if (_isLent)
            {
                // Whoever writes into it goes on doing so: it is left to the collector.
                block = length == 0 ? [] : stream.Memory.Rent(length);
                _block.AsSpan(0, length).CopyTo(block);
                _isLent = false;
                _isLost = true;
            }
            _block = [];
            _length = 0;
            return block;
        }
    }

    /// <summary>Forgets what has gathered.</summary>
    public void Drop()
    {
        var block = Take(out _);
        if (block.Length > 0) stream.Memory.Return(block);
    }

    public override void CancelPendingFlush() => stream.CancelFlush();

    // The stream ends the response, once the application is done.
    public override void Complete(Exception? exception = null)
    {
    }

    private void EnsureRoom(int bytes)
    {
        if (_block.Length - _length >= bytes) return;
        var larger = stream.Memory.Rent(Math.Max(Math.Max(SmallestBlock, 2 * _length), checked(_length + bytes)));
        _block.AsSpan(0, _length).CopyTo(larger);
        if (_block.Length > 0) stream.Memory.Return(_block);
        _block = larger;
    }
}
