using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Conformance;

/// <summary>Compressed headers: every form is read, and what is no header block ends the connection.</summary>
[Trait("RFC 7541", "2 to 6")]
public sealed class HpackTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const int PathIndex = 4, PostIndex = 3, HttpIndex = 6, AuthorityIndex = 1, ContentTypeIndex = 31, FirstDynamic = 62;
    private static readonly byte[] Body = Request.Message(30);

    public static TheoryData<byte, bool, bool> Forms
    {
        get
        {
            var forms = new TheoryData<byte, bool, bool>();
            foreach (var form in new[] { HpackWriter.WithoutIndexing, HpackWriter.NeverIndexed, HpackWriter.Indexing })
            {
                forms.Add(form, false, false);
                forms.Add(form, false, true);
                forms.Add(form, true, false);
                forms.Add(form, true, true);
            }
            return forms;
        }
    }

    [Theory, MemberData(nameof(Forms))]
    [Trait("RFC 7541", "6.2")]
    public async Task A_literal_in_every_form_is_read(byte form, bool newName, bool huffman)
    {
        foreach (var path in PlainBehaviourTests.Paths.Select(p => p.Data))
        {
            await using var client = await server.OpenAsync();
            var block = new HpackWriter().Indexed(PostIndex).Indexed(HttpIndex);
            block = newName
                ? block.Literal(":path", path, form, huffman).Literal(":authority", "localhost", form, huffman).Literal("content-type", "application/grpc", form, huffman)
                : block.Literal(PathIndex, path, form, huffman).Literal(AuthorityIndex, "localhost", form, huffman).Literal(ContentTypeIndex, "application/grpc", form, huffman);
            await client.SendAsync(RawFrames.Headers(1, block.Literal("te", "trailers", form, huffman).ToArray()), RawFrames.Data(1, Body, RawFrames.EndStream));
            await Verdict.EchoAsync(client, 1, Body);
        }
    }

    [Fact]
    [Trait("RFC 7541", "2.3.2")]
    public async Task Fields_entered_into_the_table_can_be_referred_to_by_later_requests()
    {
        foreach (var path in PlainBehaviourTests.Paths.Select(p => p.Data))
        {
            await using var client = await server.OpenAsync();
            var first = new HpackWriter().Indexed(PostIndex).Indexed(HttpIndex).Literal(AuthorityIndex, "localhost", HpackWriter.Indexing)
                .Literal(PathIndex, path, HpackWriter.Indexing, huffman: true).Literal("content-type", "application/grpc", HpackWriter.Indexing).Literal("te", "trailers", HpackWriter.Indexing);
            await client.SendAsync(RawFrames.Headers(1, first.ToArray()), RawFrames.Data(1, Body, RawFrames.EndStream));
            await Verdict.EchoAsync(client, 1, Body);
            // The newest entry has the lowest index: te, content-type, :path, :authority.
            var later = new HpackWriter().Indexed(PostIndex).Indexed(HttpIndex).Indexed(65).Indexed(64).Indexed(63).Indexed(62).ToArray();
            for (var stream = 3; stream < 9; stream += 2)
            {
                await client.SendAsync(RawFrames.Headers(stream, later), RawFrames.Data(stream, Body, RawFrames.EndStream));
                await Verdict.EchoAsync(client, stream, Body);
            }
        }
    }

    [Fact]
    [Trait("RFC 7541", "4.4")]
    public async Task The_table_forgets_its_oldest_entries_and_keeps_the_newest()
    {
        await using var client = await server.OpenAsync();
        // An entry takes 32 bytes beside its text: with 1,000 each, four fit into the table of 4,096 bytes.
        var fill = new HpackWriter().Fields(Request.Pseudo());
        for (var i = 0; i < 6; i++)
        {
            fill.Literal("x", i + new string('v', 966), HpackWriter.Indexing);
        }
        await client.SendAsync(RawFrames.Headers(1, fill.ToArray(), RawFrames.EndHeaders | RawFrames.EndStream), Referring(3, FirstDynamic + 3));
        Assert.Equal(200, (await client.ReadAnswerAsync(1)).Status);
        Assert.Equal(200, (await client.ReadAnswerAsync(3)).Status);
        await client.SendAsync(Referring(5, FirstDynamic + 4));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.CompressionError);
    }

    [Fact]
    [Trait("RFC 7541", "4.4")]
    public async Task A_field_larger_than_the_table_empties_it_and_is_no_error()
    {
        await using var client = await server.OpenAsync();
        var block = new HpackWriter().Fields(Request.Pseudo()).Literal("x-small", "1", HpackWriter.Indexing).Literal("x-large", new string('v', 5_000), HpackWriter.Indexing);
        await client.SendAsync(RawFrames.Headers(1, block.ToArray(), RawFrames.EndHeaders | RawFrames.EndStream));
        Assert.Equal(200, (await client.ReadAnswerAsync(1)).Status);
        await client.SendAsync(Referring(3, FirstDynamic));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.CompressionError);
    }

    [Theory]
    [InlineData(new[] { 0 })]
    [InlineData(new[] { 100 })]
    [InlineData(new[] { 4_096 })]
    [InlineData(new[] { 0, 4_096 })]
    [Trait("RFC 7541", "6.3")]
    public async Task The_size_of_the_table_can_be_changed_before_the_first_field(int[] sizes)
    {
        await using var client = await server.OpenAsync();
        var block = new HpackWriter();
        foreach (var size in sizes)
        {
            block.TableSize(size);
        }
        await client.SendAsync(RawFrames.Headers(1, block.Fields(Request.Pseudo()).ToArray(), RawFrames.EndHeaders | RawFrames.EndStream));
        Assert.Equal(200, (await client.ReadAnswerAsync(1)).Status);
        await Verdict.StillServesAsync(client, 3);
    }

    [Fact]
    [Trait("RFC 7541", "4.3")]
    public async Task A_table_made_smaller_has_forgotten_its_entries()
    {
        await using var client = await server.OpenAsync();
        var block = new HpackWriter().Fields(Request.Pseudo()).Literal("x-kept", "1", HpackWriter.Indexing).ToArray();
        await client.SendAsync(RawFrames.Headers(1, block, RawFrames.EndHeaders | RawFrames.EndStream), Referring(3, FirstDynamic));
        Assert.Equal(200, (await client.ReadAnswerAsync(3)).Status);
        var emptied = new HpackWriter().TableSize(0).TableSize(4_096).Fields(Request.Pseudo()).Indexed(FirstDynamic).ToArray();
        await client.SendAsync(RawFrames.Headers(5, emptied, RawFrames.EndHeaders | RawFrames.EndStream));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.CompressionError);
    }

    public static TheoryData<string, byte[]> Broken => new()
    {
        { "6.1: index 0", [0x80] },
        { "2.3.3: an index beyond the static table", new HpackWriter().Indexed(FirstDynamic).ToArray() },
        { "2.3.3: an index far beyond both tables", new HpackWriter().Indexed(100_000).ToArray() },
        { "2.3.3: a name's index beyond both tables", new HpackWriter().Literal(FirstDynamic, "1").ToArray() },
        { "2.3.3: a name's index beyond both tables, to be entered", new HpackWriter().Literal(FirstDynamic, "1", HpackWriter.Indexing).ToArray() },
        { "5.1: an index beyond 32 bits", [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F] },
        { "5.1: a length without an end", [0x00, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01] },
        { "5.1: an integer cut short", [0xFF] },
        { "5.2: a name longer than the block", [0x00, 0x20, 0x61] },
        { "5.2: a value longer than the block", [0x00, 0x01, 0x78, 0x20, 0x61] },
        { "5.2: a literal without a value", [0x00, 0x01, 0x78] },
        { "5.2: Huffman code filled up by more than seven bits", Coded([.. HuffmanCode.Encode("abc"u8), 0xFF]) },
        { "5.2: Huffman code filled up by zeros", Coded(HuffmanCode.Encode("abcd"u8, fillWithOnes: false)) },
        { "5.2: Huffman code with the end of string", Coded(HuffmanCode.EncodeWithEndOfString("abc"u8)) },
        { "6.3: a table larger than allowed", new HpackWriter().TableSize(4_097).ToArray() },
        { "6.3: a table of nearly 4 GiB", [0x3F, 0xE0, 0xFF, 0xFF, 0xFF, 0x0F] },
    };

    [Theory, MemberData(nameof(Broken))]
    [Trait("RFC 9113", "4.3")]
    public async Task A_block_that_breaks_the_rules_is_a_compression_error(string what, byte[] broken)
    {
        await using var client = await server.OpenAsync();
        byte[] fields = Request.Block(Request.Pseudo());
        // A change of the table's size may only stand first; everything else is as broken at the end.
        var block = what.StartsWith("6.3") ? [.. broken, .. fields] : (byte[])[.. fields, .. broken];
        await client.SendAsync(RawFrames.Headers(1, block, RawFrames.EndHeaders | RawFrames.EndStream));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.CompressionError);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [Trait("RFC 7541", "4.2")]
    public async Task A_change_of_the_tables_size_behind_a_field_is_a_compression_error(int fieldsBefore)
    {
        await using var client = await server.OpenAsync();
        var pseudo = Request.Pseudo().ToArray();
        var block = new HpackWriter().Fields(pseudo[..fieldsBefore]).TableSize(100).Fields(pseudo[fieldsBefore..]);
        await client.SendAsync(RawFrames.Headers(1, block.ToArray(), RawFrames.EndHeaders | RawFrames.EndStream));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.CompressionError);
    }

    private static byte[] Referring(int stream, int index) =>
        RawFrames.Headers(stream, new HpackWriter().Fields(Request.Pseudo()).Indexed(index).ToArray(), RawFrames.EndHeaders | RawFrames.EndStream);

    /// <summary>A field whose value is this Huffman code.</summary>
    private static byte[] Coded(byte[] code) => new HpackWriter().Raw(0x00, 0x01, (byte)'x').HuffmanText(code).ToArray();
}
