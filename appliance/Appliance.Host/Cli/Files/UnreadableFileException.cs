namespace Appliance.Host.Cli.Files;

/// <summary>A torn archive or a failing disk, and no bad line: what follows is not there, so reading ends. The message names the file and how far it came.</summary>
/// <param name="line">The last line that was read, from 1; 0 for none.</param>
internal sealed class UnreadableFileException(string path, int line, Exception cause)
    : Exception($"{path}: it cannot be read behind line {line}: {cause.Message}", cause);
