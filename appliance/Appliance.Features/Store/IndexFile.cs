namespace Appliance.Features.Store;

/// <summary>The hash index written beside checkpoints, or none: then the token is empty and recovery replays the log from its begin.</summary>
/// <param name="Token">Names the file.</param>
/// <param name="Metadata">FASTER's description.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Crc">CRC-32C of the file.</param>
/// <param name="ReplayFrom">Address in the log from which recovery replays on top of it.</param>
internal sealed record IndexFile(Guid Token, byte[] Metadata, long Bytes, uint Crc, long ReplayFrom)
{
    public static readonly IndexFile None = new(Guid.Empty, [], 0, 0, 0);

    public bool IsNone => Token == Guid.Empty;
}
