using System.Text;
using Appliance.LoadGen.Http2;
using Xunit;

namespace LoadGen.Tests.Http2;

public sealed class RequestTemplateTests
{
    private static readonly Uri _url = new("http://127.0.0.1:8001");

    [Fact]
    public void The_first_request_spells_its_headers_and_later_ones_name_them()
    {
        var template = new RequestTemplate(_url, "/s/M", new byte[] { 1, 2, 3 });

        var first = Frames(template, streamId: 1, isFirst: true);
        Assert.Contains("/s/M", Encoding.ASCII.GetString(first[0].Payload));
        Assert.Contains("127.0.0.1:8001", Encoding.ASCII.GetString(first[0].Payload));
        var later = Frames(template, streamId: 7, isFirst: false);
        Assert.Equal([0x83, 0x86, 0xC1, 0xC0, 0xBF, 0xBE], later[0].Payload);
    }

    [Fact]
    public void A_deadline_is_told_with_every_request()
    {
        var template = new RequestTemplate(_url, "/s/M", new byte[] { 1, 2, 3 }, deadlineMilliseconds: 50);

        var first = Encoding.ASCII.GetString(Frames(template, streamId: 1, isFirst: true)[0].Payload);
        Assert.Contains("grpc-timeout", first);
        Assert.EndsWith("50m", first);
        Assert.Equal([0x83, 0x86, 0xC2, 0xC1, 0xC0, 0xBF, 0xBE], Frames(template, streamId: 7, isFirst: false)[0].Payload);
        Assert.Equal(32 + "grpc-timeout50m".Length, template.TableBytes - new RequestTemplate(_url, "/s/M", new byte[] { 1, 2, 3 }).TableBytes);
    }

    [Fact]
    public void Headers_and_body_carry_the_stream_and_end_it()
    {
        var frames = Frames(new RequestTemplate(_url, "/s/M", new byte[] { 1, 2, 3 }), streamId: 9, isFirst: false);

        Assert.Equal(new FrameHeader(6, FrameType.Headers, FrameHeader.EndHeaders, 9), frames[0].Header);
        Assert.Equal(new FrameHeader(3, FrameType.Data, FrameHeader.EndStream, 9), frames[1].Header);
        Assert.Equal([1, 2, 3], frames[1].Payload);
    }

    [Fact]
    public void A_body_longer_than_a_frame_is_cut_and_only_its_last_part_ends_the_stream()
    {
        var body = new byte[40_000];
        new Random(1).NextBytes(body);
        var data = Frames(new RequestTemplate(_url, "/s/M", body), streamId: 3, isFirst: true)[1..];

        Assert.Equal([(16_384, 0), (16_384, 0), (7_232, 1)], data.Select(frame => (frame.Header.Length, (int)frame.Header.Flags)));
        Assert.Equal(body, data.SelectMany(frame => frame.Payload));
    }

    [Fact]
    public void A_body_goes_out_as_far_as_the_window_lets_it_and_then_from_there()
    {
        var template = new RequestTemplate(_url, "/s/M", new byte[] { 1, 2, 3, 4, 5 });
        var bytes = new byte[template.MaxLength];
        var (offset, window) = (0, 3L);

        Assert.False(template.WriteBody(bytes, 1, ref offset, ref window, out var written));
        Assert.Equal((3, 0, FrameHeader.Size + 3), (offset, window, written));
        Assert.Equal(new FrameHeader(3, FrameType.Data, 0, 1), FrameHeader.Read(bytes));
        Assert.False(template.WriteBody(bytes, 1, ref offset, ref window, out written));
        Assert.Equal(0, written);

        window = 100;
        Assert.True(template.WriteBody(bytes, 1, ref offset, ref window, out written));
        Assert.Equal(new FrameHeader(2, FrameType.Data, FrameHeader.EndStream, 1), FrameHeader.Read(bytes));
        Assert.Equal([4, 5], bytes[FrameHeader.Size..written]);
        Assert.Equal(98, window);
    }

    [Fact]
    public void An_empty_body_ends_the_stream_even_without_a_window()
    {
        var template = new RequestTemplate(_url, "/s/M", ReadOnlyMemory<byte>.Empty);
        var bytes = new byte[template.MaxLength];
        var (offset, window) = (0, 0L);

        Assert.True(template.WriteBody(bytes, 1, ref offset, ref window, out _));
        Assert.Equal(new FrameHeader(0, FrameType.Data, FrameHeader.EndStream, 1), FrameHeader.Read(bytes));
    }

    [Fact]
    public void A_path_of_more_than_126_bytes_keeps_its_length()
    {
        var path = "/" + new string('p', 199);
        var block = Frames(new RequestTemplate(_url, path, ReadOnlyMemory<byte>.Empty), 1, isFirst: true)[0].Payload;

        Assert.Equal([0x44, 127, 200 - 127], block[2..5]);
        Assert.Equal(path, Encoding.ASCII.GetString(block[5..205]));
    }

    [Theory]
    [InlineData(HttpSetting.Window, 2, "The body has 3 bytes; the server's stream window of 2 must hold it whole.")]
    [InlineData(HttpSetting.Table, 0, "header table; the server allows 0.")]
    public void A_peer_that_allows_too_little_is_refused(byte setting, byte value, string reason)
    {
        var peer = new PeerSettings();
        peer.Apply([0, setting, 0, 0, 0, value]);

        var refusal = Assert.Throws<IOException>(() => peer.Check(new RequestTemplate(_url, "/s/M", new byte[] { 1, 2, 3 })));
        Assert.Contains(reason, refusal.Message);
    }

    private static List<(FrameHeader Header, byte[] Payload)> Frames(RequestTemplate template, int streamId, bool isFirst)
    {
        var bytes = new byte[template.MaxLength];
        var (offset, window) = (0, (long)int.MaxValue);
        var head = template.WriteHead(bytes, streamId, isFirst);
        Assert.True(template.WriteBody(bytes.AsSpan(head), streamId, ref offset, ref window, out var written));
        var rest = bytes.AsSpan(0, head + written);
        var frames = new List<(FrameHeader, byte[])>();
        while (!rest.IsEmpty)
        {
            var header = FrameHeader.Read(rest);
            frames.Add((header, rest.Slice(FrameHeader.Size, header.Length).ToArray()));
            rest = rest[(FrameHeader.Size + header.Length)..];
        }
        return frames;
    }

    private static class HttpSetting
    {
        public const byte Table = PeerSettings.HeaderTableSize;
        public const byte Window = PeerSettings.InitialWindowSize;
    }
}
