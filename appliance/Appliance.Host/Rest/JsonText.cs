// Hot path: every member name and string of a request passes here.
using System.Buffers;
using System.Text.Json;

namespace Appliance.Host.Rest;

/// <summary>Strings of a JSON request without making .NET strings of them.</summary>
internal static class JsonText
{
    private const int StackBytes = 256;

    /// <summary>Whether the string or member name that the reader stands on is <paramref name="name"/>, which needs no escapes.</summary>
    public static bool Is(ref readonly Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.ValueIsEscaped) return reader.ValueSpan.SequenceEqual(name);
        // An escape shortens what it stands for to at least a sixth.
        if (reader.ValueSpan.Length > name.Length * 6) return false;
        Span<byte> text = stackalloc byte[StackBytes];
        return reader.ValueSpan.Length <= StackBytes && TryCopy(in reader, text, out var length) && text[..length].SequenceEqual(name);
    }

    /// <summary>Copies the string without its escapes; false when an escape is half a surrogate pair, which no UTF-8 text can hold.</summary>
    public static bool TryCopy(ref readonly Utf8JsonReader reader, Span<byte> destination, out int written)
    {
        if (!reader.ValueIsEscaped)
        {
            written = reader.ValueSpan.Length;
            reader.ValueSpan.CopyTo(destination);
            return true;
        }
        try
        {
            written = reader.CopyString(destination);
            return true;
        }
        catch (InvalidOperationException)
        {
            written = 0;
            return false;
        }
    }

    /// <summary>
    /// The string as a view of the request's own memory. One with escapes is written back over itself, shorter: the reader is past it.
    /// </summary>
    /// <param name="request">The memory that the reader reads, from its first byte.</param>
    public static bool TryView(ref readonly Utf8JsonReader reader, Memory<byte> request, out ReadOnlyMemory<byte> text)
    {
        var value = request.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
        text = value;
        if (!reader.ValueIsEscaped) return true;
        var copy = ArrayPool<byte>.Shared.Rent(value.Length);
        var copied = TryCopy(in reader, copy, out var length);
        if (copied)
        {
            copy.AsSpan(0, length).CopyTo(value.Span);
            text = value[..length];
        }
        ArrayPool<byte>.Shared.Return(copy);
        return copied;
    }
}
