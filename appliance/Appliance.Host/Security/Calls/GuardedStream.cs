using Appliance.Host.Security.Keys;
using Grpc.Core;

namespace Appliance.Host.Security.Calls;

/// <summary>A stream of requests of which each must be allowed. One reader, as of any such stream.</summary>
internal sealed class GuardedStream<T>(IAsyncStreamReader<T> requests, GrpcGuard guard, Principal principal) : IAsyncStreamReader<T>
{
    private bool _began;

    public T Current => requests.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (!await requests.MoveNext(cancellationToken)) return false;
        guard.CheckMessage(Current!, principal, isFirst: !_began);
        _began = true;
        return true;
    }
}
