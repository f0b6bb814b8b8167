// Hot path: every row and value of a CSV file passes here.
using System.Text;
using Lake.Import.Sources;
using Lake.Storage;
using nietras.SeparatedValues;

namespace Lake.Import.Csv;

/// <summary>Rows and values of one CSV file; the home of the parser. Used by one thread.</summary>
internal sealed class CsvRows : IDisposable
{
    private readonly InputStream _input;
    private readonly string _location;
    private readonly SepReader _reader;
    private readonly char? _quote;
    private char[] _scratch = new char[256];
    private readonly Func<bool> _move;
    private long _moved;

    private CsvRows(InputStream input, string location, SepReader reader, char? quote) => (_input, _location, _reader, _quote, _move) = (input, location, reader, quote, reader.MoveNext);

    public int Count => _reader.Current.ColCount;

    /// <summary>The row as it stands in the file, without its line end.</summary>
    public ReadOnlySpan<char> Raw => _quote is null or QuoteSwap.Known ? _reader.Current.Span : Swapped(_reader.Current.Span);

    /// <summary>Characters of the row.</summary>
    public int Length => _reader.Current.Span.Length;

    /// <summary>Whether it is a line without anything, which is no row where rows have several values.</summary>
    public bool IsBlank => Count == 1 && Length == 0;

    /// <summary>The line that the row begins at, from 1. The parser counts from the second row on.</summary>
    public long Line => _moved == 1 ? 1 : _reader.Current.LineNumberFrom;

    public long BytesRead => _input.BytesRead;

    public static async Task<CsvRows> OpenAsync(ITableStorage storage, InputFile file, CsvLayout layout, CancellationToken cancellation)
    {
        var delimiter = layout.Delimiter ?? await CsvDelimiter.OfAsync(storage, file, layout, cancellation);
        var input = await InputStream.OpenAsync(storage, file.Location, cancellation);
        try
        {
            TextReader text = new StreamReader(input.Content, CsvEncoding.Of(layout.Encoding), detectEncodingFromByteOrderMarks: true, 1 << 17);
            if (layout.Quote is { } quote and not QuoteSwap.Known) text = new QuoteSwap(text, quote);
            var reader = Guarded(file.Location, () => new Sep(delimiter).Reader(o => o with { HasHeader = false, DisableColCountCheck = true, DisableQuotesParsing = layout.Quote is null }).From(text));
            return new CsvRows(input, file.Location, reader, layout.Quote);
        }
        catch (Exception)
        {
            input.Dispose();
            throw;
        }
    }

    /// <exception cref="ImportException">The file is damaged here, or a row has more characters than a row can have.</exception>
    public bool MoveNext()
    {
        _moved++;
        return Guarded(_location, _move);
    }

    /// <summary>A value of the row, without its quotes; false where it begins with a quote and does not end with one. Good until the next call.</summary>
    public bool TryValue(int column, out ReadOnlySpan<char> value, out bool wasQuoted)
    {
        value = _reader.Current[column].Span;
        wasQuoted = _quote is not null && value.Length > 0 && value[0] == QuoteSwap.Known;
        if (wasQuoted)
        {
            if (value.Length < 2 || value[^1] != QuoteSwap.Known) return false;
            value = value[1..^1];
            if (value.Contains(QuoteSwap.Known) && !TryUndouble(ref value)) return false;
        }
        if (_quote is not (null or QuoteSwap.Known) && value.IndexOfAny(QuoteSwap.Known, _quote.Value) >= 0) value = Swapped(value);
        return true;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _input.Dispose();
    }

    private bool TryUndouble(ref ReadOnlySpan<char> value)
    {
        var target = Scratch(value.Length);
        var length = 0;
        for (var i = 0; i < value.Length; i++)
        {
            target[length++] = value[i];
            if (value[i] != QuoteSwap.Known) continue;
            if (++i == value.Length || value[i] != QuoteSwap.Known) return false;
        }
        value = target[..length];
        return true;
    }

    private Span<char> Swapped(ReadOnlySpan<char> text)
    {
        var target = Scratch(text.Length);
        text.CopyTo(target);
        QuoteSwap.Swap(target[..text.Length], _quote!.Value);
        return target[..text.Length];
    }

    private Span<char> Scratch(int length)
    {
        if (_scratch.Length < length) System.Array.Resize(ref _scratch, Math.Max(length, _scratch.Length * 2));
        return _scratch;
    }

    private static T Guarded<T>(string location, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is NotSupportedException or ArgumentException)
        {
            throw new ImportException($"{location} cannot be read on: {e.Message}", e);
        }
    }
}
