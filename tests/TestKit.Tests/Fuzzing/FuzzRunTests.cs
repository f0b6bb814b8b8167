using System.Text;
using TestKit.Fuzzing;

namespace TestKit.Tests.Fuzzing;

public sealed class FuzzRunTests
{
    [Fact]
    public void A_fault_is_found_and_its_input_is_told_in_base64()
    {
        var faulty = new Scripted(input => input.Contains((byte)0xFF) ? throw new InvalidDataException("no 255") : true);
        var found = Assert.Throws<FuzzException>(() => FuzzRun.Run(faulty));
        Assert.IsType<InvalidDataException>(found.InnerException);
        var words = found.Message.Split('\n')[0].Split(' ');
        Assert.Contains((byte)0xFF, Convert.FromBase64String(words[^1]));
    }

    [Fact]
    public void The_same_seed_makes_the_same_inputs()
    {
        var (first, second) = (new List<string>(), new List<string>());
        FuzzRun.Run(new Scripted(Keep(first)));
        FuzzRun.Run(new Scripted(Keep(second)));
        Assert.Equal(first, second);
        Assert.True(first.Distinct().Count() > 100);

        static Func<byte[], bool> Keep(List<string> inputs) => input =>
        {
            if (inputs.Count < 1000) inputs.Add(Convert.ToHexString(input));
            return true;
        };
    }

    [Fact]
    public void Memory_beyond_what_is_allowed_is_a_fault()
    {
        var hungry = new Scripted(input => input.Length > 12 ? new byte[10 << 20].Length > 0 : true);
        Assert.Contains("allocated", Assert.Throws<FuzzException>(() => FuzzRun.Run(hungry)).Message);
    }

    [Fact]
    public void A_seed_that_is_refused_is_a_fault() => Assert.Contains("a seed is refused", Assert.Throws<FuzzException>(() => FuzzRun.Run(new Scripted(_ => false))).Message);

    [Fact]
    public void What_is_taken_is_counted()
    {
        var tally = FuzzRun.Run(new Scripted(input => input.AsSpan().SequenceEqual(Scripted.Seed) || input.Length % 2 == 0));
        Assert.InRange(tally.Taken, 1, tally.Inputs - 1);
    }

    [Fact]
    public void Messages_that_are_changed_field_by_field_mostly_stay_messages()
    {
        // Field 1: varint 300; field 2: "ab"; field 3: a message of field 1.
        byte[] seed = [0x08, 0xAC, 0x02, 0x12, 0x02, 0x61, 0x62, 0x1A, 0x02, 0x08, 0x01];
        var (mutator, random, sound) = (new ProtobufMutator(), new FuzzRandom(), 0);
        for (var i = 0; i < 1000; i++)
        {
            random.Begin(1, i);
            try
            {
                Google.Protobuf.WellKnownTypes.Empty.Parser.ParseFrom(mutator.Mutate(seed, random));
                sound++;
            }
            catch (Google.Protobuf.InvalidProtocolBufferException)
            {
                // The others.
            }
        }
        Assert.InRange(sound, 300, 950);
    }

    [Fact]
    public void Texts_that_are_changed_token_by_token_are_sometimes_still_JSON()
    {
        var (mutator, random, sound) = (new TokenMutator("\"b\""), new FuzzRandom(), 0);
        for (var i = 0; i < 1000; i++)
        {
            random.Begin(1, i);
            try
            {
                using var document = System.Text.Json.JsonDocument.Parse(mutator.Mutate("""{"a":[1,"x",{"b":null}],"c":true}"""u8.ToArray(), random));
                sound++;
            }
            catch (System.Text.Json.JsonException)
            {
                // The others.
            }
        }
        Assert.InRange(sound, 30, 900);
    }

    private sealed class Scripted(Func<byte[], bool> decode) : FuzzSubject
    {
        public static readonly byte[] Seed = Encoding.ASCII.GetBytes("0123456789");

        public override IReadOnlyList<byte[]> Seeds { get; } = [Seed];
        public override IMutator Mutator { get; } = new ByteMutator();
        public override bool Decode(byte[] input) => decode(input);
    }
}
