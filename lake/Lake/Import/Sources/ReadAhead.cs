using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Lake.Import.Sources;

/// <summary>Lets rows be read while the ones before are written. Stateless.</summary>
internal static class ReadAhead
{
    /// <summary>Chunks that wait at most. 2: one to write while the next is read, and one for what varies.</summary>
    private const int Depth = 2;

    /// <summary>The chunks in their order, read on another thread.</summary>
    public static async IAsyncEnumerable<RowChunk> Of(IAsyncEnumerable<RowChunk> chunks, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var channel = Channel.CreateBounded<RowChunk>(Depth);
        var reading = Task.Run(() => FillAsync(chunks, channel.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var chunk in channel.Reader.ReadAllAsync(cancellation)) yield return chunk;
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
            while (channel.Reader.TryRead(out var left)) left.Rows.Dispose();
        }
    }

    // What goes wrong is told to whoever takes the chunks.
    private static async Task FillAsync(IAsyncEnumerable<RowChunk> chunks, ChannelWriter<RowChunk> writer, CancellationToken cancellation)
    {
        try
        {
            await foreach (var chunk in chunks.WithCancellation(cancellation)) await writer.WriteAsync(chunk, cancellation);
            writer.Complete();
        }
        catch (Exception e)
        {
            writer.Complete(e);
        }
    }
}
