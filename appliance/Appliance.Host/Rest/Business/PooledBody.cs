// Hot path: one per request with a body.
using System.Buffers;

namespace Appliance.Host.Rest.Business;

/// <summary>A request's body in one piece of pooled memory. Owned by the call that read it until it is disposed.</summary>
internal struct PooledBody : IDisposable
{
    // A single request has a few hundred bytes; a body of unstated length starts here and doubles.
    private const int FirstBytes = 4096;

    private byte[] _buffer;
    private int _length;

    /// <summary>Whether the body was larger than allowed; it is then empty.</summary>
    public bool TooLarge { get; private set; }

    public readonly ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Reads a body of at most <paramref name="limit"/> bytes. A caller that hangs up makes the server end the read.</summary>
    public static async ValueTask<PooledBody> ReadAsync(HttpRequest request, int limit)
    {
        var body = new PooledBody { _buffer = [] };
        if (request.ContentLength > limit) return body with { TooLarge = true };
        var stream = request.Body;
        // One byte more than stated, so that the end is seen without growing.
        body._buffer = ArrayPool<byte>.Shared.Rent((int?)request.ContentLength + 1 ?? FirstBytes);
        while (true)
        {
            var read = await stream.ReadAsync(body._buffer.AsMemory(body._length));
            if (read == 0) return body;
            body._length += read;
            if (body._length > limit)
            {
                body.Dispose();
                return new PooledBody { _buffer = [], TooLarge = true };
            }
            if (body._length == body._buffer.Length) body.Grow();
        }
    }

    public void Dispose()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        Bytes.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
