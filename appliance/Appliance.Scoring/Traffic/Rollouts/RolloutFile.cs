using Microsoft.Extensions.Logging;

namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>Keeps rollouts across restarts. Not thread-safe.</summary>
/// <param name="folder">Where the file lies; empty keeps nothing.</param>
internal sealed class RolloutFile(string folder, ILogger logger)
{
    public const string FileName = "rollouts.json";

    private readonly CheckedFile? _file = folder.Length == 0 ? null : new CheckedFile(Path.Combine(folder, FileName), logger);

    public Dictionary<string, List<RolloutState>> Read()
    {
        return _file?.Read() is { } content ? RolloutReader.Read(content) : new(StringComparer.Ordinal);
    }

    /// <summary>On the disk when it returns.</summary>
    /// <exception cref="IOException">The file could not be written.</exception>
    public void Write(Dictionary<string, List<RolloutState>> rollouts) =>
        _file?.Write(RolloutWriter.Write(rollouts));
}
