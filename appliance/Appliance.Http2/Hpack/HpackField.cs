namespace Appliance.Http2.Hpack;

/// <summary>One header field: a view of a table's or a block's bytes, valid until these change.</summary>
internal readonly ref struct HpackField(KnownHeader known, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
{
    public readonly KnownHeader Known = known;

    public readonly ReadOnlySpan<byte> Name = name;

    public readonly ReadOnlySpan<byte> Value = value;
}
