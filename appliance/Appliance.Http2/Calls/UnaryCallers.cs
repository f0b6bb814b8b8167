namespace Appliance.Http2.Calls;

/// <summary>Says who makes the unary calls of one connection, and whether they may. The connection's reader alone uses it.</summary>
public abstract class UnaryCallers
{
    /// <summary>Whether the call that is about to begin may be made; otherwise <paramref name="refusal"/> is its end.</summary>
    /// <param name="authorization">Value of the header of that name, cut off behind 257 bytes; empty without one.</param>
    /// <param name="apiKey">The same of x-api-key.</param>
    /// <param name="caller">Is handed to the call.</param>
    public abstract bool TryAdmit(ReadOnlySpan<byte> authorization, ReadOnlySpan<byte> apiKey, out object? caller, out UnaryRefusal refusal);
}
