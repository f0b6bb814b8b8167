using System.Net;

namespace Appliance.Host.Cli.Models;

/// <summary>A file's bytes as they go out. Says how far it is, and that it still moves. Used for one request.</summary>
/// <param name="moved">Is told how many bytes have gone since it was last told.</param>
internal sealed class UploadContent(DeployedFile file, Action<int> moved) : HttpContent
{
    private const int BlockBytes = 1 << 16;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using var from = File.OpenRead(file.Path);
        var block = new byte[BlockBytes];
        for (var left = file.Bytes; left > 0;)
        {
            var read = await from.ReadAsync(block.AsMemory(0, (int)Math.Min(left, BlockBytes)), cancellationToken);
            if (read == 0) throw new IOException($"{file.Path} became shorter while it was sent");
            await stream.WriteAsync(block.AsMemory(0, read), cancellationToken);
            left -= read;
            moved(read);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = file.Bytes;
        return true;
    }
}
