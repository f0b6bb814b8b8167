using System.Text;
using Appliance.Inference.Repository.TextFormat;
using Contracts.Inference;
using Contracts.Onnx;
using Google.Protobuf;
using Xunit;

namespace Appliance.Inference.Tests.Repository.TextFormat;

public class TextFormatRoundTripTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_was_written_in_any_spelling_is_read_back(int seed)
    {
        var messages = new RandomMessages(new Random(seed));
        for (var i = 0; i < 300; i++)
        {
            Check(messages, new ModelConfig(), new ModelConfig());
            Check(messages, new ModelProto(), new ModelProto());
            Check(messages, new TensorProto(), new TensorProto());
        }

        static void Check(RandomMessages messages, IMessage empty, IMessage read)
        {
            var written = messages.Fill(empty, depth: 4);
            var text = messages.Write(written);
            TextFormatParser.Parse(Encoding.UTF8.GetBytes(text), read);
            Assert.True(written.Equals(read), text);
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void A_damaged_text_is_read_or_refused_and_never_anything_else(int seed)
    {
        var random = new Random(seed);
        var messages = new RandomMessages(random);
        var (read, refused) = (0, 0);
        for (var i = 0; i < 2000; i++)
        {
            var text = Encoding.UTF8.GetBytes(messages.Write(messages.Fill(i % 2 == 0 ? new ModelConfig() : new ModelProto(), depth: 3)));
            var damaged = Mutation.Of(text, random);
            try
            {
                TextFormatParser.Parse(damaged, i % 2 == 0 ? new ModelConfig() : new ModelProto());
                read++;
            }
            catch (TextFormatException error)
            {
                Assert.InRange(error.Position.Line, 1, damaged.Count(b => b == '\n') + 1);
                Assert.InRange(error.Position.Column, 1, damaged.Length + 1);
                Assert.DoesNotContain('\n', error.Message);
                refused++;
            }
        }
        // The damage is neither always harmless nor always fatal, or the test would show nothing.
        Assert.InRange(refused, 200, 1800);
        Assert.InRange(read, 200, 1800);
    }
}
