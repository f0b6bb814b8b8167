using Appliance.Inference.Statistics;

namespace Appliance.Inference.Onnx;

/// <summary>A session that is counted when it is made and when it is given back. Owned by whoever serves it; not thread-safe.</summary>
internal sealed class LoadedSession : IDisposable
{
    private readonly LoadStatistics _loads;
    private bool _disposed;

    public LoadedSession(OnnxSession session, LoadStatistics loads)
    {
        Session = session;
        _loads = loads;
        loads.SessionCreated();
    }

    public OnnxSession Session { get; }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Session.Dispose();
        _loads.SessionDisposed();
    }
}
