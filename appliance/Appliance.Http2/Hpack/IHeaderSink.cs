namespace Appliance.Http2.Hpack;

/// <summary>Takes the fields of one header block in their order.</summary>
internal interface IHeaderSink
{
    /// <param name="known">The name, where it is one that the server itself looks at; <see cref="KnownHeader.Other"/> for any other.</param>
    /// <param name="name">The name as it was sent; valid during the call.</param>
    /// <param name="value">The value as it was sent; valid during the call.</param>
    void Field(KnownHeader known, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value);
}
