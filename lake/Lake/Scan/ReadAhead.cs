using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Lake.Scan;

/// <summary>Lets rows be read while the ones before are worked on. Stateless.</summary>
internal static class ReadAhead
{
    /// <summary>The items in their order, read on another thread.</summary>
    /// <param name="items">What is read.</param>
    /// <param name="depth">Items that wait at most.</param>
    /// <param name="release">Lets go of an item that no one takes any more.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async IAsyncEnumerable<T> Of<T>(IAsyncEnumerable<T> items, int depth, Action<T> release, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var channel = Channel.CreateBounded<T>(depth);
        var reading = Task.Run(() => FillAsync(items, channel.Writer, release, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var item in channel.Reader.ReadAllAsync(cancellation)) yield return item;
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
            while (channel.Reader.TryRead(out var left)) release(left);
        }
    }

    // What goes wrong is told to whoever takes the items.
    private static async Task FillAsync<T>(IAsyncEnumerable<T> items, ChannelWriter<T> writer, Action<T> release, CancellationToken cancellation)
    {
        try
        {
            await foreach (var item in items.WithCancellation(cancellation))
            {
                var isTaken = false;
                try
                {
                    await writer.WriteAsync(item, cancellation);
                    isTaken = true;
                }
                finally
                {
                    if (!isTaken) release(item);
                }
            }
            writer.Complete();
        }
        catch (Exception e)
        {
            writer.Complete(e);
        }
    }
}
