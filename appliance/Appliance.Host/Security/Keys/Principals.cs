namespace Appliance.Host.Security.Keys;

/// <summary>The keys file in force, read again when it changes. Thread-safe.</summary>
internal sealed class Principals : IReloaded
{
    public const string What = "keys";

    private readonly ReloadedState<PrincipalTable> _state;
    private PrincipalTable? _last;

    public Principals(SecurityOptions options, TimeProvider time, SecurityMetrics metrics, ILogger<Principals> logger)
    {
        _state = new ReloadedState<PrincipalTable>(What, new WatchedFiles(options.KeysFile), contents => Read(contents[0], options, time), metrics, logger);
        _state.Load();
    }

    public PrincipalTable Current => _state.Current;

    public void Reload() => _state.Reload();

    // One thread at a time reads.
    private PrincipalTable Read(byte[] content, SecurityOptions options, TimeProvider time)
    {
        try
        {
            return _last = PrincipalTable.Create(KeysDocument.Parse(content), options.RequestsPerSecond, _last, time);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"Security:KeysFile is '{options.KeysFile}'; {e.Message}", e);
        }
    }
}
