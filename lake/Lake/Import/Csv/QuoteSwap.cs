namespace Lake.Import.Csv;

/// <summary>Gives a text with two characters in each other's place: the parser knows one quote only, and text that has another is read so. Used by one thread.</summary>
/// <param name="inner">The text.</param>
/// <param name="quote">The quote that the text has.</param>
internal sealed class QuoteSwap(TextReader inner, char quote) : TextReader
{
    /// <summary>The quote that the parser knows.</summary>
    public const char Known = '"';

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        var read = inner.Read(buffer);
        Swap(buffer[..read], quote);
        return read;
    }

    public override int Read()
    {
        Span<char> one = stackalloc char[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    public static void Swap(Span<char> text, char quote)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == quote) text[i] = Known;
            else if (text[i] == Known) text[i] = quote;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
