using System.Security.Cryptography;
using System.Text.Json;

namespace Appliance.Host.Security;

/// <summary>
/// What files say, read again when they change: whoever uses <see cref="Current"/> holds one state to its end. Files that cannot be used
/// change nothing. <see cref="Current"/> is thread-safe; one thread at a time reloads.
/// </summary>
/// <param name="read">Makes the state of the files' contents; throws where it cannot.</param>
internal sealed class ReloadedState<T>(string what, WatchedFiles files, Func<byte[][], T> read, SecurityMetrics metrics, ILogger logger)
    where T : class
{
    private T? _current;
    private string? _fault;

    /// <summary>The state in force.</summary>
    public T Current => Volatile.Read(ref _current) ?? throw new InvalidOperationException($"{what} were not read at the start");

    /// <summary>Reads the files at the start.</summary>
    /// <exception cref="SecurityFileException">They cannot be used; the message says why.</exception>
    public void Load()
    {
        try
        {
            files.TryReadChanged(out var contents);
            Volatile.Write(ref _current, read(contents));
        }
        catch (Exception e) when (IsOfFile(e))
        {
            throw new SecurityFileException($"{what} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Looks at the files, and takes what changed.</summary>
    public void Reload()
    {
        try
        {
            if (!files.TryReadChanged(out var contents)) return;
            Volatile.Write(ref _current, read(contents));
            _fault = null;
            metrics.Reloaded(what, succeeded: true);
            SecurityEvents.Reloaded(logger, what);
        }
        catch (Exception e) when (IsOfFile(e))
        {
            // Tried again at each look, for a certificate may not be valid yet; once is enough to say why.
            files.Forget();
            if (_fault == e.Message) return;
            _fault = e.Message;
            metrics.Reloaded(what, succeeded: false);
            SecurityEvents.NotReloaded(logger, what, e.Message);
        }
    }

    private static bool IsOfFile(Exception e) =>
        e is IOException or UnauthorizedAccessException or CryptographicException or JsonException or InvalidDataException or ArgumentException;
}
