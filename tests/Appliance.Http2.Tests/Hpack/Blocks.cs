using System.Text;
using Appliance.Http2.Hpack;

namespace Appliance.Http2.Tests.Hpack;

/// <summary>Builds header blocks, and reads the table that they leave.</summary>
internal static class Blocks
{
    /// <param name="hex">Bytes in hexadecimal; blanks do not count.</param>
    public static byte[] Hex(string hex) => Convert.FromHexString(string.Concat(hex.Where(c => !char.IsWhiteSpace(c))));

    /// <summary>A literal that is added to the table, named in plain.</summary>
    public static byte[] Added(string name, string value) => [0x40, .. Plain(name), .. Plain(value)];

    /// <summary>A string without Huffman coding, its length before it.</summary>
    public static byte[] Plain(string text) => [.. Integer(0x00, 7, text.Length), .. Encoding.Latin1.GetBytes(text)];

    /// <summary>A string in Huffman coding, its length before it.</summary>
    public static byte[] Huffman(string text)
    {
        var encoded = HuffmanEncoder.Encode(Encoding.Latin1.GetBytes(text));
        return [.. Integer(0x80, 7, encoded.Length), .. encoded];
    }

    public static byte[] Integer(byte firstBits, int prefixBits, int value)
    {
        var bytes = new byte[6];
        return bytes[..HpackEncoder.WriteInteger(bytes, firstBits, prefixBits, value)];
    }

    /// <summary>The entries of a table, each as "name: value", the newest first.</summary>
    public static string[] Entries(HpackDynamicTable table) => [.. Enumerable.Range(0, table.Count).Select(index =>
    {
        var field = table.Get(index);
        return $"{Encoding.Latin1.GetString(field.Name)}: {Encoding.Latin1.GetString(field.Value)}";
    })];
}
