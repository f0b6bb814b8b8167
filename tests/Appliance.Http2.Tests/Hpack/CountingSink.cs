using Appliance.Http2.Hpack;

namespace Appliance.Http2.Tests.Hpack;

/// <summary>Looks at each byte of each field, and allocates nothing.</summary>
internal sealed class CountingSink : IHeaderSink
{
    public int Fields { get; private set; }

    public int Sum { get; private set; }

    public void Field(KnownHeader known, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Fields++;
        Sum += (int)known;
        foreach (var b in name) Sum += b;
        foreach (var b in value) Sum += b;
    }
}
