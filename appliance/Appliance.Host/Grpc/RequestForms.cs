// Hot path: looked at by each request that is read.
using Appliance.Inference.Batching;

namespace Appliance.Host.Grpc;

/// <summary>The forms that a connection's requests had lately; its call objects share them. The connection's reader alone uses it.</summary>
internal sealed class RequestForms
{
    // A caller of more models than this, in turns, has each request read. 4: one that has none of the forms is compared with all of them.
    private const int Count = 4;

    private readonly RequestForm[] _forms = [.. Enumerable.Range(0, Count).Select(_ => new RequestForm())];

    // What a request would be tried in, which may not do: nobody holds it.
    private RequestForm _spare = new();
    private int _next;

    /// <summary>The form of a request that was read into <paramref name="entry"/> and bound; null where it has none that could be kept.</summary>
    public RequestForm? Of(ReadOnlySpan<byte> message, BatchEntry entry)
    {
        if (!RequestForm.Suits(message.Length, entry)) return null;
        foreach (var form in _forms)
        {
            if (form.Is(message)) return form;
        }
        var found = _spare;
        if (!found.TryBecome(message)) return null;
        (_forms[_next], _spare) = (found, _forms[_next]);
        // Its holders see that it is none any more.
        _spare.Forget();
        _next = (_next + 1) % Count;
        return found;
    }
}
