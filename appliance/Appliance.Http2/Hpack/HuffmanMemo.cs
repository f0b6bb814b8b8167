// Hot path: the values that every request of a connection repeats.
namespace Appliance.Http2.Hpack;

/// <summary>
/// The last few Huffman-coded values of a connection, decoded. Clients send :path and content-length anew with each request, as they do not
/// put them into the table; most are those of the request before. Not thread-safe.
/// </summary>
internal sealed class HuffmanMemo
{
    // By the last bits of the coded length: values that differ in kind mostly differ in length.
    private const int Slots = 4;

    // The coded and the decoded length of a value that is kept: a code has five bits at least.
    private const int MaxCoded = 64, MaxText = 104;

    private readonly byte[] _coded = new byte[Slots * MaxCoded];
    private readonly byte[] _text = new byte[Slots * MaxText];
    private readonly int[] _codedLength = new int[Slots];
    private readonly int[] _textLength = new int[Slots];

    /// <summary>The text of a coded value that was kept; valid until the next one is.</summary>
    public bool TryFind(ReadOnlySpan<byte> coded, out ReadOnlySpan<byte> text)
    {
        var slot = coded.Length % Slots;
        text = _text.AsSpan(slot * MaxText, _textLength[slot]);
        return !coded.IsEmpty && coded.SequenceEqual(_coded.AsSpan(slot * MaxCoded, _codedLength[slot]));
    }

    public void Keep(ReadOnlySpan<byte> coded, ReadOnlySpan<byte> text)
    {
        if (coded.Length > MaxCoded || text.Length > MaxText) return;
        var slot = coded.Length % Slots;
        coded.CopyTo(_coded.AsSpan(slot * MaxCoded));
        text.CopyTo(_text.AsSpan(slot * MaxText));
        (_codedLength[slot], _textLength[slot]) = (coded.Length, text.Length);
    }
}
