using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Appliance.Host.Rest.V2;

namespace Appliance.Host.Tests.Rest.V2;

public sealed class FlatSinglesTests
{
    private const int Seed = 20261129;

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("-0.0")]
    [InlineData("7")]
    [InlineData("-1.5")]
    [InlineData("0.1")]
    [InlineData("16777216")]
    // Half-way between two floats, and a little to either side of it.
    [InlineData("16777217")]
    [InlineData("16777219")]
    [InlineData("16777217.00000001")]
    [InlineData("16777216.99999999")]
    [InlineData("1.00000005960464477539")]
    [InlineData("1.000000059604644775390625")]
    [InlineData("1.00000005960464477539062500000000000000000000000000001")]
    [InlineData("0.000000059604644775390625")]
    [InlineData("9007199254740992")]
    [InlineData("9007199254740993")]
    [InlineData("9007199791611905")]
    [InlineData("99999999999999999999999999999999999999")]
    [InlineData("340282346638528859811704183484516925440")]
    [InlineData("0.00000000000000000000000000000000000000000000140129846")]
    [InlineData("1e-45")]
    [InlineData("7e-46")]
    [InlineData("-3.4028235E+38")]
    [InlineData("12345678.87654321e-3")]
    [InlineData("0.1234567890123456789012345678901234567890")]
    public void A_number_is_the_nearest_float(string text) => Assert.Equal(Bits(Expected(text)), Bits(Read($"[{text}]", 1)![0]));

    [Fact]
    public void Random_numbers_are_the_nearest_floats()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 200_000; i++)
        {
            var text = Text(random);

            Assert.True(Bits(Expected(text)) == Bits(Read($"[{text}]", 1)![0]), $"seed {Seed}: {text}");
        }
    }

    [Fact]
    public void Every_float_is_read_back_from_its_shortest_digits()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 200_000; i++)
        {
            var value = BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32));
            if (!float.IsFinite(value)) continue;

            Assert.Equal(Bits(value), Bits(Read($"[{value.ToString("R", CultureInfo.InvariantCulture)}]", 1)![0]));
        }
    }

    [Theory]
    [InlineData("[1,2.5,-3]")]
    [InlineData("[ 1 ,\t2.5\r,\n-3 ]")]
    public void An_array_is_read_whole(string json) => Assert.Equal([1f, 2.5f, -3f], Read(json, 3)!);

    [Theory]
    [InlineData("[1]", 2)]
    [InlineData("[1,2,3]", 2)]
    [InlineData("[]", 1)]
    [InlineData("[]", 0)]
    [InlineData("[1", 1)]
    [InlineData("1]", 1)]
    [InlineData("]", 1)]
    [InlineData("", 1)]
    [InlineData("[1]]", 1)]
    [InlineData("[1] ]", 1)]
    [InlineData("[1,]", 1)]
    [InlineData("[1,]", 2)]
    [InlineData("[,1]", 1)]
    [InlineData("[1 2]", 2)]
    [InlineData("[1;2]", 2)]
    [InlineData("[01]", 1)]
    [InlineData("[-01]", 1)]
    [InlineData("[00]", 1)]
    [InlineData("[+1]", 1)]
    [InlineData("[-]", 1)]
    [InlineData("[--1]", 1)]
    [InlineData("[- 1]", 1)]
    [InlineData("[.5]", 1)]
    [InlineData("[1.]", 1)]
    [InlineData("[1.e5]", 1)]
    [InlineData("[1.2.3]", 1)]
    [InlineData("[1e]", 1)]
    [InlineData("[1e+]", 1)]
    [InlineData("[1e5.5]", 1)]
    [InlineData("[1e39]", 1)]
    [InlineData("[1f]", 1)]
    [InlineData("[0x1]", 1)]
    [InlineData("[NaN]", 1)]
    [InlineData("[\"NaN\"]", 1)]
    [InlineData("[null]", 1)]
    [InlineData("[true]", 1)]
    [InlineData("[[1]]", 1)]
    [InlineData("[1/2]", 1)]
    [InlineData("[0.1234567:]", 1)]
    [InlineData("[0.1234567/8]", 1)]
    public void What_is_no_flat_array_of_so_many_numbers_is_left_to_others(string json, int elements) => Assert.Null(Read(json, elements));

    [Fact]
    public void What_is_taken_is_JSON_of_as_many_numbers()
    {
        const string Alphabet = "0123456789.,-+eE[] \n";
        var random = new Random(Seed);
        for (var i = 0; i < 200_000; i++)
        {
            var json = $"[{string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => Alphabet[random.Next(Alphabet.Length)]))}]";
            var elements = 1 + json.Count(c => c == ',');

            var read = Read(json, elements);

            Assert.True(read is null == Document(json) is null && (read is null || read.SequenceEqual(Document(json)!)), $"seed {Seed}: {json}");
        }
    }

    // Digits in front of and behind the point, with and without an exponent; many of them have more than a float can hold.
    private static string Text(Random random)
    {
        var whole = random.NextInt64((long)Math.Pow(10, random.Next(0, 19)));
        var fraction = string.Concat(Enumerable.Range(0, random.Next(0, 22)).Select(_ => (char)('0' + random.Next(10))));
        var exponent = random.Next(8) == 0 ? $"e{random.Next(-60, 18)}" : "";
        return $"{(random.Next(2) == 0 ? "-" : "")}{whole}{(fraction.Length > 0 ? "." : "")}{fraction}{exponent}";
    }

    private static float[]? Read(string json, int elements)
    {
        var target = new byte[elements * sizeof(float)];
        return FlatSingles.TryRead(Encoding.UTF8.GetBytes(json), target) ? MemoryMarshal.Cast<byte, float>(target).ToArray() : null;
    }

    private static float[]? Document(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var elements = document.RootElement.EnumerateArray().ToArray();
            if (elements.Any(e => e.ValueKind != JsonValueKind.Number) || elements.Length == 0) return null;
            var numbers = elements.Select(e => e.GetSingle()).ToArray();
            return numbers.All(float.IsFinite) ? numbers : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static float Expected(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        reader.Read();
        return reader.GetSingle();
    }

    private static uint Bits(float value) => BitConverter.SingleToUInt32Bits(value);
}
