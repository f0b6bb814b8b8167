using System.Text;

namespace TestKit.Fuzzing;

/// <summary>
/// Changes texts made of words, numbers, strings and brackets, token by token: JSON and protobuf's text format. The words of its own are put in the
/// place of others, so that what comes out is mostly well-formed.
/// </summary>
public sealed class TokenMutator(params string[] words) : IMutator
{
    private static readonly byte[][] Odd = [.. new[]
    {
        "null", "true", "false", "0", "-0", "-1", "1", "1.5", "1e400", "-1e-400", "1E2", "01", "1.", "+1", "0x1F", "9223372036854775807", "9223372036854775808",
        "18446744073709551615", "18446744073709551616", "1e308", "3.5e38", "NaN", "Infinity", "inf", "\"\"", "\"NaN\"", "\"-Infinity\"", "\"a\"", "\"\\u0000\"",
        "\"\\ud83d\\ude00\"", "\"\\ud83d\"", "\"\\udc00x\"", "\"\\q\"", "\"会员\"", "'a'", "{}", "[]", "[[]]", "{\"a\":1}", "[1,2]", "{", "}", "[", "]", ",", ":", "<", ">",
        "#", "//", "\ufeff", "\0",
    }.Select(Encoding.UTF8.GetBytes)];

    private static readonly ByteMutator Bytes = new();
    private readonly byte[][] _words = [.. words.Select(Encoding.UTF8.GetBytes)];

    public byte[] Mutate(byte[] seed, FuzzRandom random)
    {
        var tokens = Tokens(seed);
        for (var i = 1 + random.Next(3); i > 0; i--) Change(tokens, random);
        byte[] text = [.. tokens.SelectMany(t => t)];
        return random.OneIn(8) ? Bytes.Mutate(text, random) : text;
    }

    private void Change(List<byte[]> tokens, FuzzRandom random)
    {
        if (tokens.Count == 0) return;
        var at = random.Next(tokens.Count);
        switch (random.Next(9))
        {
            case 0: tokens.RemoveAt(at); break;
            case 1: tokens.Insert(at, tokens[random.Next(tokens.Count)]); break;
            case 2: tokens[at] = random.Of(Odd); break;
            case 3: tokens[at] = tokens[random.Next(tokens.Count)]; break;
            case 4: tokens[at] = _words.Length > 0 ? random.Of(_words) : random.Of(Odd); break;
            case 5: tokens[at] = Bytes.Mutate(tokens[at], random); break;
            case 6: tokens.InsertRange(at, tokens.GetRange(at, Math.Min(tokens.Count - at, 1 + random.Next(24)))); break;
            case 7: tokens.RemoveRange(at, Math.Min(tokens.Count - at, 1 + random.Next(6))); break;
            case 8 when random.OneIn(6): Nest(tokens, at, 1 + random.Next(140), random); break;
        }
    }

    private static void Nest(List<byte[]> tokens, int at, int depth, FuzzRandom random)
    {
        var (open, close) = random.OneIn(2) ? ("["u8.ToArray(), "]"u8.ToArray()) : ("{\"a\":"u8.ToArray(), "}"u8.ToArray());
        tokens.InsertRange(at + 1, Enumerable.Repeat(close, depth));
        tokens.InsertRange(at, Enumerable.Repeat(open, depth));
    }

    private static List<byte[]> Tokens(byte[] text)
    {
        var tokens = new List<byte[]>();
        for (var at = 0; at < text.Length;)
        {
            var from = at++;
            if (text[from] == '"')
            {
                while (at < text.Length && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
                at = Math.Min(at + 1, text.Length);
            }
            else if (IsWord(text[from]))
            {
                while (at < text.Length && IsWord(text[at])) at++;
            }
            tokens.Add(text[from..at]);
        }
        return tokens;
    }

    private static bool IsWord(byte letter) => char.IsAsciiLetterOrDigit((char)letter) || letter is (byte)'_' or (byte)'.' or (byte)'-' or (byte)'+' or > 0x7F;
}
